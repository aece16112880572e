// From a file back to a model. Everything is checked before a weight is touched; nothing in a file is executed.
import { builtinLayers, Input, type LayerClass, layerFromJSON, withBlankWeights } from '@nablajs/layers';
import { type LossClass, lossFrom } from '@nablajs/losses';
import { type MetricClass, type MetricInput, metricFromJSON } from '@nablajs/metrics';
import { type OptimizerClass, optimizerFrom, type ScheduleClass } from '@nablajs/optimizers';
import {
  type ComputePrecision,
  DTYPES,
  FormatError,
  formatSpec,
  fromData,
  NablaError,
  sameShape,
  type Variable,
} from '@nablajs/tensor';
import { Sequential } from '../sequential.ts';
import { readBytes } from './disk.ts';
import { checksumOf, type ModelRecord, optimizerEntries, refuse, weightEntries } from './model-file.ts';
import { isPlainObject, parseJson, readSafetensors, type Safetensors } from './safetensors.ts';

/** A package of additions. A plugin is a value: importing it changes nothing until it is passed on. */
export interface Plugin {
  /** The part before the slash in the types of its classes: `acme` for `acme/GhostNorm`. */
  readonly name: string;
  readonly layers?: readonly LayerClass[];
  readonly optimizers?: readonly OptimizerClass[];
  readonly schedules?: readonly ScheduleClass[];
  readonly losses?: readonly LossClass[];
  readonly metrics?: readonly MetricClass[];
}

/** Options of {@link loadModel}. */
export interface LoadOptions {
  /** Where types beyond Nabla's own come from. */
  readonly plugins?: readonly Plugin[];
}

/**
 * Reads a model that `model.save` wrote: architecture, weights, and, if it was compiled, optimizer state and random
 * state, so that training continues as if it had never stopped.
 * @param source a path (in Node), or the file's bytes
 * @throws FormatError when the file is damaged or is not such a model; ConfigError naming the package of an unknown type
 */
export async function loadModel(source: string | Uint8Array, options: LoadOptions = {}): Promise<Sequential> {
  return typeof source === 'string'
    ? modelFromBytes(await readBytes(source), options, source)
    : modelFromBytes(source, options);
}

/** {@link loadModel} for bytes. */
export function modelFromBytes(bytes: Uint8Array, { plugins = [] }: LoadOptions = {}, file = 'the file'): Sequential {
  const contents = readSafetensors(bytes, file);
  const record = readRecord(contents, file);
  try {
    return withBlankWeights(() => restore(record, contents, plugins, file));
  } catch (error) {
    if (error instanceof NablaError) throw error;
    // Configurations no class of ours writes can break constructors in ways of their own.
    return refuse(file, `describes a model that cannot be built: ${(error as Error).message}`, error);
  }
}

function readRecord({ metadata, tensors }: Safetensors, file: string): ModelRecord {
  const { nabla: json, checksum } = metadata;
  if (json === undefined) {
    return refuse(
      file,
      'holds tensors but no Nabla model. Build the model in code and read the weights with readSafetensors.',
    );
  }
  if (checksum !== checksumOf(json, tensors))
    return refuse(file, 'is damaged: its checksum does not match its contents.');
  const record = parseJson(new TextEncoder().encode(json), (what) =>
    refuse(file, `is not a valid model file: ${what}`),
  );
  if (!isPlainObject(record)) return refuse(file, 'is not a valid model file: its model is not a JSON object.');
  if (record['version'] !== 1)
    return refuse(
      file,
      `has version ${JSON.stringify(record['version'])} of the model format; this release reads version 1. Update @nablajs/model.`,
    );
  const problem = recordProblem(record);
  if (problem) return refuse(file, `is not a valid model file: ${problem}.`);
  return record as unknown as ModelRecord;
}

function recordProblem({ model, compilation, random }: Record<string, unknown>): string | null {
  if (!isPlainObject(model)) return 'the model is missing';
  if (model['type'] !== 'Sequential' || typeof model['name'] !== 'string')
    return 'the model has no known type or no name';
  if (!Array.isArray(model['layers']) || !model['layers'].every(isLayerJson))
    return 'a layer has no type, name or config';
  if (model['input'] !== null && !isInput(model['input'])) return 'the input is not a shape and a dtype';
  if (compilation !== null && !(isPlainObject(compilation) && Array.isArray(compilation['metrics'])))
    return 'the compilation is malformed';
  if (
    random !== null &&
    !(isPlainObject(random) && Number.isInteger(random['seed']) && Number.isInteger(random['counter']))
  )
    return 'the random state is malformed';
  return null;
}

function isLayerJson(value: unknown): boolean {
  return (
    isPlainObject(value) &&
    typeof value['type'] === 'string' &&
    typeof value['name'] === 'string' &&
    isPlainObject(value['config'])
  );
}

function isInput(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const { shape, dtype } = value;
  return (
    Array.isArray(shape) &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    DTYPES.includes(dtype as never)
  );
}

function restore(
  { model: json, compilation, random }: ModelRecord,
  { tensors }: Safetensors,
  plugins: readonly Plugin[],
  file: string,
): Sequential {
  const registry = { ...builtinLayers, ...byType(plugins.flatMap(({ layers = [] }) => layers)) };
  const layers = json.layers.map((layer) => layerFromJSON(layer, registry));
  const model = new Sequential([...(json.input ? [Input(json.input)] : []), ...layers], { name: json.name });
  for (const [i, layer] of model.layers.entries())
    layer.trainable = (json.layers[i] as { trainable?: boolean }).trainable ?? true;

  if (compilation) {
    model.compile({
      optimizer: optimizerFrom(
        compilation.optimizer as never,
        byType<OptimizerClass | ScheduleClass>(
          plugins.flatMap(({ optimizers = [], schedules = [] }) => [...optimizers, ...schedules]),
        ),
      ),
      loss: lossFrom(compilation.loss as never, byType(plugins.flatMap(({ losses = [] }) => losses))),
      metrics: compilation.metrics.map((metric) => restoreMetric(metric, plugins)),
      ...(compilation.precision === undefined ? {} : { precision: compilation.precision as ComputePrecision }),
    });
    if (model.built) model.optimizer.build(model.trainableWeights);
  }
  const expected = [...(model.built ? weightEntries(model) : []), ...optimizerEntries(model)];
  checkTensors(expected, tensors, file);
  for (const [name, variable] of expected)
    variable.assign(fromData(tensors.get(name)!.data, variable.shape, variable.dtype));
  model.randomState = random;
  return model;
}

function restoreMetric(metric: unknown, plugins: readonly Plugin[]): MetricInput {
  if (typeof metric === 'string') return metric as MetricInput;
  return metricFromJSON(metric as never, byType(plugins.flatMap(({ metrics = [] }) => metrics)));
}

function byType<T extends { readonly type: string }>(classes: readonly T[]): Record<string, T> {
  return Object.fromEntries(classes.map((each) => [each.type, each]));
}

function checkTensors(expected: readonly [string, Variable][], tensors: Safetensors['tensors'], file: string): void {
  const names = new Set(expected.map(([name]) => name));
  const surplus = [...tensors.keys()].find((name) => !names.has(name));
  if (surplus) throw new FormatError(`${file} holds '${surplus}', which its model has no weight for.`);
  for (const [name, { spec }] of expected) {
    const stored = tensors.get(name);
    if (!stored) throw new FormatError(`${file} has no values for weight '${name}' of its model.`);
    if (stored.dtype !== spec.dtype || !sameShape(stored.shape, spec.shape)) {
      throw new FormatError(
        `${file}: weight '${name}' is ${formatSpec(spec)} in the model but ${formatSpec(stored)} in the file.`,
      );
    }
  }
}
