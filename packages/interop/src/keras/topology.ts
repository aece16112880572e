// From the description of a Keras model to a model of Nabla, without its weights.
import { builtinAugmentations } from '@nablajs/augment';
import {
  type AnyLayer,
  builtinLayers,
  builtinPieces,
  Input,
  type LayerJSON,
  type LayerRegistry,
  layerFromJSON,
  type Placeholder,
  registryOf,
  withBlankWeights,
} from '@nablajs/layers';
import { type AnyModel, Model, type Plugin, Sequential } from '@nablajs/model';
import { type DType, FormatError, isRecord, NablaError, type Shape } from '@nablajs/tensor';
import { isKerasObject, type KerasLayer, layerJSON } from './config.ts';
import { withoutUsualMasks } from './masks.ts';
import { callOptions, callsOf, valueNames } from './nodes.ts';
import { Reached } from './reached.ts';

/** Options of reading a model that another library wrote. */
export interface ReadOptions {
  /** Where classes beyond Nabla's own come from; a class of the file is looked up by its name. Default none. */
  readonly plugins?: readonly Plugin[];
  /** Shapes of inputs whose sizes the file leaves open, without the batch axis: by the input's name, or one for all. Default: those of the file. */
  readonly inputShape?: Shape | Readonly<Record<string, Shape>>;
}

/** Where a model comes from and what it may use. */
export interface Reading {
  readonly file: string;
  readonly registry: LayerRegistry;
  readonly inputShape: ReadOptions['inputShape'];
}

/** What {@link ReadOptions} and the built-in layers give. */
export function readingOf(file: string, { plugins = [], inputShape }: ReadOptions): Reading {
  const added = plugins.flatMap(({ layers = [], pieces = [] }) => [...pieces, ...layers]);
  // Files name classes without the prefix of a package.
  const short = Object.fromEntries(added.map((Class) => [Class.type.slice(Class.type.lastIndexOf('/') + 1), Class]));
  return {
    file,
    registry: { ...builtinLayers, ...builtinPieces, ...builtinAugmentations, ...registryOf(...added), ...short },
    inputShape,
  };
}

/**
 * The model of a description, built, with weights that are all zero.
 * @throws FormatError also when the description leaves the shape of the input open
 */
export function blankModel(file: string, described: KerasLayer, options: ReadOptions): AnyModel {
  const model = withBlankWeights(() => modelFrom(described, readingOf(file, options)));
  if (model.built) return model;
  throw new FormatError(`${file}: does not say the shape of its input. Say it: { inputShape: [224, 224, 3] }.`);
}

/** A model of the class a file names: `Sequential`, or `Functional` (once `Model`). */
function modelFrom({ class_name: type, config }: KerasLayer, reading: Reading): AnyModel {
  if (type === 'Sequential') return sequentialFrom(config, reading);
  if (type === 'Functional' || type === 'Model') return functionalFrom(config, reading);
  throw new FormatError(
    `${reading.file}: the model is of class '${type}', which only its own code can build. ` +
      'Build it in code, and read the weights into it.',
  );
}

function sequentialFrom(config: KerasLayer['config'] | readonly unknown[], reading: Reading): AnyModel {
  const described = Array.isArray(config) ? config : (config as KerasLayer['config'])['layers'];
  const layers = layersIn(described, reading);
  const name = Array.isArray(config) ? 'sequential' : String((config as KerasLayer['config'])['name'] ?? 'sequential');
  const first = layers[0];
  const shape =
    first && (shapeIn(first.config) ?? (isRecord(config) ? (config['build_input_shape'] as unknown) : undefined));
  const model = new Sequential([], { name });
  if (first && Array.isArray(shape)) model.add(inputOf(first, shape, reading));
  for (const layer of layers) if (layer.class_name !== 'InputLayer') model.add(layerOf(layer, reading));
  return model as unknown as AnyModel;
}

function functionalFrom(given: KerasLayer['config'], reading: Reading): AnyModel {
  const { file } = reading;
  const config = withoutUsualMasks(given);
  const pending = layersIn(config['layers'], reading).map((layer) => {
    const name = String(layer.name ?? layer.config['name']);
    const nodes = layer.inbound_nodes ?? [];
    const complete = { ...layer, config: { ...layer.config, ...callOptions(file, name, nodes) } };
    return { layer: complete, name, calls: callsOf(file, name, nodes) };
  });
  const reached = new Reached(
    file,
    pending.map(({ name }) => name),
  );
  const made = new Map<string, AnyLayer>();
  for (const { layer, name } of pending) {
    if (layer.class_name === 'InputLayer') reached.add(name, inputOf(layer, shapeIn(layer.config), reading));
  }
  // Layers that are used several times may wait for values of layers that come after them.
  for (let progress = true; progress; ) {
    progress = false;
    for (const { layer, name, calls } of pending) {
      while (layer.class_name !== 'InputLayer' && reached.count(name) < calls.length) {
        const inputs = reached.inputs(calls[reached.count(name)]!);
        if (inputs === undefined) break;
        const built = made.get(name) ?? layerOf(layer, reading);
        made.set(name, built);
        reached.add(
          name,
          within(file, name, () => built.apply(inputs as never)) as Placeholder | readonly Placeholder[],
        );
        progress = true;
      }
    }
  }
  return new Model({
    inputs: reached.ends(valueNames(config['input_layers'])),
    outputs: reached.ends(valueNames(config['output_layers'])),
    name: String(config['name'] ?? 'model'),
  }) as unknown as AnyModel;
}

function layersIn(value: unknown, { file }: Reading): KerasLayer[] {
  const bad = Array.isArray(value) ? value.find((item) => !isKerasObject(item) || !isRecord(item.config)) : value;
  if (!Array.isArray(value) || bad !== undefined) {
    throw new FormatError(`${file}: the model's layers are no list of { class_name, config }.`);
  }
  return value as KerasLayer[];
}

/** One layer; a model in a model is one too. Throws FormatError naming what Nabla does not have. */
function layerOf(layer: KerasLayer, reading: Reading): AnyLayer {
  const { file, registry } = reading;
  const { class_name: type } = layer;
  const json = withOwnActivations(layerJSON(layer), registry);
  const name = json.name || type;
  if (type === 'Sequential' || type === 'Functional' || type === 'Model') {
    const model = modelFrom(layer, reading);
    model.name = name;
    return model as unknown as AnyLayer;
  }
  if (!Object.hasOwn(registry, type)) {
    throw new FormatError(
      `${file}: layer "${name}" is a ${type}, which Nabla does not have. ` +
        `Pass a class of that name as a plugin: { plugins: [{ name: 'mine', layers: [${type}] }] }.`,
    );
  }
  return within(file, name, () => layerFromJSON(json, registry)) as AnyLayer;
}

/** Functions are written by their names alone, those of plugins too. */
function withOwnActivations(json: LayerJSON, registry: LayerRegistry): LayerJSON {
  const config = Object.entries(json.config).map(([key, value]): [string, unknown] => {
    if (!/activation$/i.test(key) || typeof value !== 'string') return [key, value];
    const name = `${value.charAt(0).toUpperCase()}${value.slice(1)}`;
    const Class = Object.hasOwn(registry, name) ? registry[name]! : null;
    return [key, Class?.type.includes('/') ? { type: Class.type, config: {} } : value];
  });
  return { ...json, config: Object.fromEntries(config) };
}

function within<T>(file: string, layer: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    throw new FormatError(`${file}: layer "${layer}": ${error.detail}`, { cause: error });
  }
}

/** Sizes with the batch axis, as `InputLayer` and first layers give them. */
function shapeIn(config: KerasLayer['config']): readonly unknown[] | undefined {
  const shape = config['batch_input_shape'] ?? config['batch_shape'];
  return Array.isArray(shape) ? shape : undefined;
}

function inputOf(
  layer: KerasLayer,
  shape: readonly unknown[] | undefined,
  { file, inputShape }: Reading,
): ReturnType<typeof Input> {
  const name = String(layer.config['name'] ?? layer.name ?? 'input');
  const given = Array.isArray(inputShape) ? inputShape : (inputShape as Record<string, Shape> | undefined)?.[name];
  const sizes = given ?? shape?.slice(1);
  if (!sizes?.every((size) => Number.isInteger(size))) {
    throw new FormatError(
      `${file}: input "${name}" is of open size [${(shape?.slice(1) ?? []).map((size) => size ?? '?').join(', ')}]. ` +
        `Say what it is: { inputShape: { ${name}: [224, 224, 3] } }.`,
    );
  }
  return Input({
    shape: sizes as Shape,
    dtype: dtypeOf(layer.config['dtype']),
    name: layer.class_name === 'InputLayer' ? name : '',
  });
}

function dtypeOf(dtype: unknown): DType {
  return dtype === 'int32' || dtype === 'int64' || dtype === 'uint8' ? 'int32' : dtype === 'bool' ? 'bool' : 'float32';
}
