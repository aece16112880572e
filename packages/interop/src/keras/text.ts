// Layers of text at the beginning of a model. No tensor holds text, so they come to stand before the model, not in it.
import {
  type Hashing,
  type LayerRegistry,
  layerFromJSON,
  type Nested,
  StringLookup,
  TextVectorization,
} from '@nablajs/layers';
import { FormatError, isRecord, NablaError, type Tensor } from '@nablajs/tensor';
import { isKerasObject, type KerasLayer, layerJSON } from './config.ts';
import { callsOf } from './nodes.ts';

/** What makes tensors of text: `StringLookup`, `TextVectorization`, `Hashing`. */
export type TextLayer = StringLookup | TextVectorization | Hashing;

/** The description of a model without the layers of text it begins with. */
export interface WithoutText {
  readonly model: KerasLayer;
  /** Those layers, by the name of the model's input that takes what they make. */
  readonly encoders: Readonly<Record<string, TextLayer>>;
}

const TYPES = ['TextVectorization', 'StringLookup', 'Hashing'];

/** Takes layers of text off the beginning of a model. Throws FormatError for one without a vocabulary. */
export function withoutText(file: string, model: KerasLayer, registry: LayerRegistry): WithoutText {
  const { layers } = model.config;
  if (!Array.isArray(layers) || !layers.every((layer) => isKerasObject(layer) && isRecord(layer.config))) {
    return { model, encoders: {} };
  }
  const encoders: Record<string, TextLayer> = {};
  const replaced = new Map<string, string>();
  const inputs = new Map<string, KerasLayer>();
  for (const layer of layers as readonly KerasLayer[]) {
    if (layer.class_name === 'InputLayer') inputs.set(nameOf(layer), layer);
  }
  const isSequential = model.class_name === 'Sequential';
  const [first] = (layers as readonly KerasLayer[]).filter(({ class_name: type }) => type !== 'InputLayer');
  const inputOf = (layer: KerasLayer): KerasLayer | undefined => {
    if (isSequential) return layer === first ? ([...inputs.values()][0] ?? layer) : undefined;
    const [call] = callsOf(file, nameOf(layer), layer.inbound_nodes ?? []);
    return call && 'layer' in call.inputs ? inputs.get(call.inputs.layer) : undefined;
  };
  const kept = (layers as readonly KerasLayer[]).map((layer) => {
    const input = TYPES.includes(layer.class_name) ? inputOf(layer) : undefined;
    if (!input) return layer;
    const encoder = encoderFrom(file, layer, registry);
    encoders[nameOf(layer)] = encoder;
    if (input !== layer) replaced.set(nameOf(input), nameOf(layer));
    return standIn(file, layer, encoder, sizesOf(input));
  });
  if (Object.keys(encoders).length === 0) return { model, encoders };
  const config = {
    ...model.config,
    layers: kept.filter((layer) => !(layer.class_name === 'InputLayer' && replaced.has(nameOf(layer)))),
    input_layers: renamed(model.config['input_layers'], replaced),
  };
  return { model: { ...model, config }, encoders };
}

function encoderFrom(file: string, layer: KerasLayer, registry: LayerRegistry): TextLayer {
  try {
    return layerFromJSON(layerJSON(layer), registry) as unknown as TextLayer;
  } catch (cause) {
    if (!(cause instanceof NablaError)) throw cause;
    throw new FormatError(`${file}: layer "${nameOf(layer)}": ${cause.detail}`, { cause });
  }
}

/** The input that takes what a layer of text makes. */
function standIn(file: string, layer: KerasLayer, encoder: TextLayer, sizes: readonly number[]): KerasLayer {
  const { shape, dtype } = sampleOf(file, nameOf(layer), encoder, sizes);
  const { outputMode = 'int', outputSequenceLength = 1 } = encoder.config as {
    readonly outputMode?: string;
    readonly outputSequenceLength?: number | null;
  };
  const isOpen = outputMode === 'int' && outputSequenceLength === null;
  const config = { name: nameOf(layer), batch_shape: [null, ...(isOpen ? [null] : shape.slice(1))], dtype };
  return { class_name: 'InputLayer', name: nameOf(layer), config, inbound_nodes: [] };
}

/** What it makes of one sample. */
function sampleOf(file: string, name: string, encoder: TextLayer, sizes: readonly number[]): Tensor {
  try {
    if (encoder instanceof TextVectorization) return encoder.encode(['']);
    const word = encoder instanceof StringLookup ? (encoder.getVocabulary().at(-1) ?? '') : '';
    const nested = [...sizes].reverse().reduce<Nested<string>>((inner, size) => new Array(size).fill(inner), word);
    return encoder.encode([nested] as readonly Nested<string>[]);
  } catch (cause) {
    if (!(cause instanceof NablaError)) throw cause;
    throw new FormatError(`${file}: layer "${name}": ${cause.detail}`, { cause });
  }
}

/** Sizes of one sample; open ones as 1. */
function sizesOf({ config }: KerasLayer): readonly number[] {
  const shape = config['batch_shape'] ?? config['batch_input_shape'];
  return Array.isArray(shape) ? shape.slice(1).map((size) => (Number.isInteger(size) ? (size as number) : 1)) : [1];
}

/** `["text", 0, 0]`, wherever it stands, under another name. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, names)]));
  return typeof value === 'string' ? (names.get(value) ?? value) : value;
}

function nameOf({ name, config }: KerasLayer): string {
  return String(name ?? config['name']);
}
