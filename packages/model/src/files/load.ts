// From a file back to a model. Everything is checked before a weight is touched; nothing in a file is executed.
import { builtinAugmentations } from '@nablajs/augment';
import {
  type AnyLayer,
  builtinLayers,
  builtinPieces,
  type LayerClass,
  layerFromJSON,
  registryOf,
  withBlankWeights,
} from '@nablajs/layers';
import { type LossInput, lossFrom } from '@nablajs/losses';
import { type MetricInput, metricFromJSON } from '@nablajs/metrics';
import { optimizerFrom } from '@nablajs/optimizers';
import { type ComputePrecision, DTYPES, NablaError } from '@nablajs/tensor';
import { type AnyModel, Model } from '../model.ts';
import { Sequential } from '../sequential.ts';
import { type MetricsInput, mapLosses, mapMetrics, type PerOutput } from '../training/compilation.ts';
import { checksumOf } from './checksum.ts';
import { readBytes } from './disk.ts';
import { buildOwnOptimizers, optimizerEntries, ownOptimizerEntries, weightEntries } from './entries.ts';
import { isPlainObject, parseJson } from './json.ts';
import { type ModelRecord, refuse } from './model-file.ts';
import { classesOf, type Plugin, type PluginClasses } from './plugin.ts';
import { readSafetensors, type Safetensors } from './safetensors.ts';
import { assignTensors, checkTensors } from './values.ts';

/** Options of {@link loadModel}. */
export interface LoadOptions {
  /** Where types beyond Nabla's own come from. Default none. */
  readonly plugins?: readonly Plugin[];
}

/**
 * Reads a model that `model.save` wrote: architecture, weights, and, if it was compiled, optimizer state and random
 * state, so that training continues as if it had never stopped.
 * @param source a path (in Node), or the file's bytes
 * @throws FormatError when the file is damaged or is not such a model; ConfigError naming the package of an unknown type
 */
export async function loadModel<M extends AnyModel = Model>(
  source: string | Uint8Array,
  options: LoadOptions = {},
): Promise<M> {
  return typeof source === 'string'
    ? modelFromBytes<M>(await readBytes(source), options, source)
    : modelFromBytes<M>(source, options);
}

/** {@link loadModel} for bytes. */
export function modelFromBytes<M extends AnyModel = Model>(
  bytes: Uint8Array,
  { plugins = [] }: LoadOptions = {},
  file = 'the file',
): M {
  const contents = readSafetensors(bytes, file);
  const record = readRecord(contents, file);
  try {
    return withBlankWeights(() => restore(record, contents, plugins, file)) as M;
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

function recordProblem({ model, input, compilation, random }: Record<string, unknown>): string | null {
  if (!isPlainObject(model)) return 'the model is missing';
  if (typeof model['type'] !== 'string' || typeof model['name'] !== 'string' || !isPlainObject(model['config']))
    return 'the model has no type, no name or no config';
  if (input !== null && !(Array.isArray(input) && input.every(isInput))) return 'the input is not a shape and a dtype';
  if (compilation !== null && !isPlainObject(compilation)) return 'the compilation is malformed';
  if (
    random !== null &&
    !(isPlainObject(random) && Number.isInteger(random['seed']) && Number.isInteger(random['counter']))
  )
    return 'the random state is malformed';
  return null;
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
  { model: json, input, compilation, random }: ModelRecord,
  { tensors }: Safetensors,
  plugins: readonly Plugin[],
  file: string,
): AnyModel {
  const added = classesOf(plugins);
  const registry = {
    ...builtinLayers,
    ...builtinAugmentations,
    ...builtinPieces,
    ...registryOf<LayerClass>(Sequential, Model as unknown as LayerClass),
    ...added.layers,
  };
  const model: unknown = layerFromJSON<AnyLayer>(json, registry);
  if (!(model instanceof Model)) return refuse(file, `holds a layer of type '${json.type}', not a model.`);
  if (!model.built && input) model.build(input.length === 1 ? input[0]! : input);
  if (compilation) compile(model, compilation, added);
  buildOwnOptimizers(model, [...tensors.keys()]);
  const expected = [
    ...(model.built ? weightEntries(model) : []),
    ...optimizerEntries(model),
    ...ownOptimizerEntries(model),
  ];
  checkTensors(expected, tensors, file);
  assignTensors(expected, tensors);
  model.randomState = random;
  return model;
}

function compile(
  model: AnyModel,
  record: NonNullable<ModelRecord['compilation']>,
  { optimizers, losses, metrics }: PluginClasses,
): void {
  const metricOf = (metric: unknown): MetricInput =>
    typeof metric === 'string' ? metric : metricFromJSON(metric as never, metrics);
  const metricsOf = (given: unknown): MetricsInput =>
    mapMetrics((given ?? []) as MetricsInput, metricOf) as MetricsInput;
  model.compile({
    optimizer: optimizerFrom(record.optimizer as never, optimizers),
    loss: mapLosses(record.loss as PerOutput<LossInput | null>, (loss) => lossFrom(loss, losses)),
    ...(record.lossWeights ? { lossWeights: record.lossWeights as Record<string, number> } : {}),
    metrics: metricsOf(record.metrics),
    weightedMetrics: metricsOf(record.weightedMetrics),
    ...(record.precision === undefined ? {} : { precision: record.precision as ComputePrecision }),
  });
  if (model.built) model.optimizer.build(model.trainableWeights);
}
