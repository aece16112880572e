// Vocabularies that .keras files keep apart, one word per line, put into the configurations of the layers they belong to.
import { FormatError, isRecord } from '@nablajs/tensor';
import type { Hdf5Group } from '../hdf5/file.ts';
import { isKerasObject, type KerasLayer } from './config.ts';
import { TreeNames } from './names.ts';

/** Layers with a vocabulary. */
const LOOKUPS = ['StringLookup', 'IntegerLookup', 'TextVectorization'];

/** Where layers keep what is no array: `layers/string_lookup` → the text of its `vocabulary.txt`. */
export type Assets = ReadonlyMap<string, string>;

/** A description whose lookups have their vocabularies, from the assets and, for `tf_idf`, the weights of an archive. */
export function withVocabularies(file: string, model: KerasLayer, assets: Assets, weights: Hdf5Group): KerasLayer {
  return { ...model, config: inModel(file, model.config, 'layers', assets, weights) };
}

function inModel(
  file: string,
  config: KerasLayer['config'],
  place: string,
  assets: Assets,
  weights: Hdf5Group,
): KerasLayer['config'] {
  const { layers } = config;
  if (!Array.isArray(layers)) return config;
  const names = new TreeNames();
  const filled = layers.map((layer: unknown) => {
    if (!isKerasObject(layer) || !isRecord(layer.config)) return layer;
    const { class_name: type } = layer;
    const own = `${place}/${names.next(type)}`;
    if (Array.isArray(layer.config['layers'])) {
      return { ...layer, config: inModel(file, layer.config, `${own}/layers`, assets, weights) };
    }
    if (!LOOKUPS.includes(type) || Array.isArray(layer.config['vocabulary'])) return layer;
    const text = assets.get(own) ?? assets.get(`${own}/_lookup_layer`);
    if (text === undefined) return layer;
    const vocabulary = tokensIn(file, type, text);
    const idf =
      layer.config['output_mode'] === 'tf_idf' ? { idf_weights: weightsOf(weights, own, vocabulary.length) } : {};
    return { ...layer, config: { ...layer.config, vocabulary, ...idf } };
  });
  return { ...config, layers: filled };
}

function tokensIn(file: string, type: string, text: string): readonly (string | number)[] {
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  if (type !== 'IntegerLookup') return lines;
  const numbers = lines.map(Number);
  const wrong = numbers.findIndex((number) => !Number.isInteger(number));
  if (wrong < 0) return numbers;
  throw new FormatError(
    `${file}: a vocabulary of whole numbers has ${JSON.stringify(lines[wrong])} in line ${wrong + 1}.`,
  );
}

/** One weight per word; what is beyond the words only fills up. */
function weightsOf(weights: Hdf5Group, place: string, count: number): readonly number[] {
  const vars = weights.group(`${place}/vars`) ?? weights.group(`${place}/_lookup_layer/vars`);
  return vars ? Array.from(vars.array('idf_weights').data).slice(0, count) : [];
}
