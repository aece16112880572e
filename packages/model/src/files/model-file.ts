// One file for a whole model: a safetensors file whose metadata holds the architecture and how it was compiled.
import type { LayerJSON } from '@nablajs/layers';
import { ConfigError, FormatError, type RandomState, type Spec } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { checksumOf } from './checksum.ts';
import { type Entry, optimizerEntries, ownOptimizerEntries, weightEntries } from './entries.ts';
import { type StoredTensor, writeSafetensors } from './safetensors.ts';

/** What the metadata entry `nabla` holds. */
export interface ModelRecord {
  readonly version: 1;
  /** The architecture. */
  readonly model: LayerJSON;
  /** Specs of a batch of inputs, when known; one per input. */
  readonly input: readonly Spec[] | null;
  readonly compilation: {
    readonly optimizer: unknown;
    readonly loss: unknown;
    readonly lossWeights: unknown;
    readonly metrics: unknown;
    readonly weightedMetrics: unknown;
    /** Only where it is not `float32`. */
    readonly precision?: unknown;
  } | null;
  readonly random: RandomState | null;
}

/** The bytes of a model's file. */
export async function modelBytes(model: AnyModel): Promise<Uint8Array> {
  const { compilation } = model;
  if (model.inputSpec === null && model.weights.length > 0) {
    throw new ConfigError(
      `model '${model.name}' cannot be saved: its layers have weights, but which inputs they were made for is unknown. ` +
        'Begin the model with Input({ shape }), or call model.build or predict first.',
    );
  }
  const setup = await compilation?.load();
  const given = compilation?.given;
  // A model that was never trained has a state of its optimizer too: the one it would begin with.
  if (setup && model.built) setup.optimizer.build(model.trainableWeights);
  const record: ModelRecord = {
    version: 1,
    model: model.toJSON(),
    input: model.inputSpec && ([model.inputSpec].flat() as Spec[]),
    compilation:
      setup && given
        ? {
            optimizer: setup.optimizer,
            loss: setup.loss,
            lossWeights: given.lossWeights,
            metrics: given.metrics,
            weightedMetrics: given.weightedMetrics,
            ...(setup.precision === 'float32' ? {} : { precision: setup.precision }),
          }
        : null,
    random: model.randomState,
  };
  const tensors = await storedTensors([
    ...weightEntries(model),
    ...optimizerEntries(model),
    ...ownOptimizerEntries(model),
  ]);
  // Optimizer, losses and metrics become plain data here, by their toJSON.
  const json = JSON.stringify(record);
  return writeSafetensors({ tensors, metadata: { format: 'nabla', nabla: json, checksum: checksumOf(json, tensors) } });
}

/** The values of variables, read from the backend. */
export async function storedTensors(entries: readonly Entry[]): Promise<Map<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, variable] of entries) {
    tensors.set(name, { dtype: variable.dtype, shape: variable.shape, data: await variable.value.data() });
  }
  return tensors;
}

/** Throws a FormatError about a file. */
export function refuse(file: string, what: string, cause?: unknown): never {
  throw new FormatError(`${file} ${what}`, { cause });
}
