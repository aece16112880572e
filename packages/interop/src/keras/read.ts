import type { AnyModel, Model } from '@nablajs/model';
import { FormatError } from '@nablajs/tensor';
import { withHdf5 } from '../hdf5/file.ts';
import { isKerasObject, type KerasLayer } from './config.ts';
import { type TextLayer, withoutText } from './text.ts';
import { blankModel, type ReadOptions, readingOf } from './topology.ts';
import { type Assets, withVocabularies } from './vocabularies.ts';
import { readGroupWeights, readTreeWeights } from './weights.ts';

/**
 * Reads a model that Keras saved: `.h5` and `.hdf5` of versions 1 to 3, and `.keras` of version 3, with their weights. It is not
 * compiled; `model.compile` and `fit` train it further.
 * @param name what the messages call the file
 * @returns a `Sequential` or a `Model`
 * @throws FormatError when the file is damaged, and naming the first layer, option or argument that Nabla does not have
 * @example const model = await readKeras(await readFile('model.keras'));
 */
export async function readKeras(
  bytes: Uint8Array,
  options: ReadOptions = {},
  name: string = 'the file',
): Promise<Model> {
  const { model, encoders } = await readKerasText(bytes, options, name);
  const [[input, encoder] = []] = Object.entries(encoders);
  if (encoder === undefined) return model;
  throw new FormatError(
    `${name}: the model begins with a ${encoder.type}, "${input}", and no tensor holds text. ` +
      'readKerasText(bytes) gives the model and what makes its inputs of text, one beside the other.',
  );
}

/** A model that takes what encoders make of text. */
export interface TextModel {
  readonly model: Model;
  /** What makes tensors of text, by the name of the model's input that takes them: `StringLookup`, `TextVectorization`, `Hashing`. */
  readonly encoders: Readonly<Record<string, TextLayer>>;
}

/**
 * {@link readKeras} for models that begin with layers of text, with their vocabularies: these come to stand before the model.
 * @throws as {@link readKeras}, and for layers of text without a vocabulary
 * @example
 * const { model, encoders } = await readKerasText(bytes);
 * await model.predict(encoders['text_vectorization']!.encode(['A text']));
 */
export async function readKerasText(
  bytes: Uint8Array,
  options: ReadOptions = {},
  name: string = 'the file',
): Promise<TextModel> {
  return isZip(bytes) ? fromArchive(name, bytes, options) : fromHdf5(name, bytes, options);
}

/**
 * Reads the weights of a Keras file, `.weights.h5` or a whole model, into a model that has the same layers.
 * @throws FormatError naming the layer whose weights are missing or do not fit
 */
export async function readKerasWeights(model: Model, bytes: Uint8Array, name: string = 'the file'): Promise<void> {
  const target = model as unknown as AnyModel;
  const content = isZip(bytes) ? (await unzipped(name, bytes)).weights : bytes;
  await withHdf5(name, content, (root) => {
    const older = root.group('model_weights') ?? (root.attribute('layer_names') ? root : undefined);
    return older ? readGroupWeights(name, target, older) : readTreeWeights(name, target, root);
  });
}

async function fromHdf5(name: string, bytes: Uint8Array, options: ReadOptions): Promise<TextModel> {
  return withHdf5(name, bytes, (root) => {
    const described = root.attribute('model_config');
    const weights = root.group('model_weights');
    if (typeof described !== 'string' || !weights) {
      throw new FormatError(
        `${name}: holds weights but no model. Build the model in code, and call readKerasWeights(model, bytes).`,
      );
    }
    const { model, encoders } = blankTextModel(name, parsed(name, described), options);
    readGroupWeights(name, model, weights);
    return { model: model as unknown as Model, encoders };
  });
}

async function fromArchive(name: string, bytes: Uint8Array, options: ReadOptions): Promise<TextModel> {
  const { config, weights, assets } = await unzipped(name, bytes);
  const described = parsed(name, config);
  return withHdf5(name, weights, (root) => {
    const { model, encoders } = blankTextModel(name, withVocabularies(name, described, assets, root), options);
    readTreeWeights(name, model, root);
    return { model: model as unknown as Model, encoders };
  });
}

function blankTextModel(
  name: string,
  described: KerasLayer,
  options: ReadOptions,
): { readonly model: AnyModel; readonly encoders: Readonly<Record<string, TextLayer>> } {
  const { model, encoders } = withoutText(name, described, readingOf(name, options).registry);
  return { model: blankModel(name, model, options), encoders };
}

function parsed(name: string, text: string): KerasLayer {
  let value: unknown;
  try {
    // Python writes numbers that JSON does not have.
    value = JSON.parse(text.replace(/\b(-?Infinity|NaN)\b(?=\s*[,}\]])/g, 'null'));
  } catch (cause) {
    throw new FormatError(`${name}: the description of the model is no JSON (${(cause as Error).message}).`, { cause });
  }
  if (isKerasObject(value)) return value;
  throw new FormatError(`${name}: the description of the model has no class_name and config.`);
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

interface Archive {
  readonly config: string;
  readonly weights: Uint8Array;
  readonly assets: Assets;
}

const VOCABULARY = /^assets\/(.+)\/vocabulary\.txt$/;

async function unzipped(name: string, bytes: Uint8Array): Promise<Archive> {
  const { unzipSync } = await import('fflate');
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter: ({ name: entry }) => entry === 'config.json' || entry === 'model.weights.h5' || VOCABULARY.test(entry),
    });
  } catch (cause) {
    throw new FormatError(`${name}: the archive is damaged (${(cause as Error).message}).`, { cause });
  }
  const { 'config.json': config, 'model.weights.h5': weights } = files;
  if (!config || !weights) {
    throw new FormatError(`${name}: is no .keras file: it lacks ${config ? 'model.weights.h5' : 'config.json'}.`);
  }
  const assets = Object.entries(files).flatMap(([entry, content]): [string, string][] => {
    const place = VOCABULARY.exec(entry)?.[1];
    return place === undefined ? [] : [[place, new TextDecoder().decode(content)]];
  });
  return { config: new TextDecoder().decode(config), weights, assets: new Map(assets) };
}
