import type { Dataset } from '@nablajs/data';
import { listOf } from '@nablajs/layers';
import {
  type Compiled,
  ConfigError,
  compile,
  fromData,
  type HostArray,
  hostArray,
  type Spec,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { asValue, inForm } from '../topology/structure.ts';
import { checkBatchSize, DEFAULT_BATCH } from './batch-size.ts';
import { breather } from './breathe.ts';
import { checkInputs } from './check-inputs.ts';
import type { ModelInput } from './input.ts';
import { inputBatches } from './input-batches.ts';
import { inputsOf } from './inputs.ts';
import type { Batches } from './source.ts';

/** Options of `model.predict`. */
export interface PredictOptions {
  /** Samples computed at once. Default 32. Larger than the data is fine. */
  readonly batchSize?: number;
  /** Stop after this many batches. Default: at the end of the data. */
  readonly steps?: number;
  /** Stops between two batches; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** One tensor, or several in the form of a model's outputs. */
export type Prediction = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

type Forward = Compiled<[readonly Tensor[]], readonly Tensor[]>;
const forwards = new WeakMap<AnyModel, Forward>();

function forwardOf(model: AnyModel): Forward {
  let forward = forwards.get(model);
  if (!forward) {
    forward = compile(
      (x: readonly Tensor[]) => listOf<Tensor>(model.apply(asValue(x, model.inputPlaces.form), { training: false })),
      { name: 'predict', guard: () => model.layers.map(({ trainable }) => trainable) },
    );
    forwards.set(model, forward);
  }
  return forward;
}

/** Outputs for all samples, in order, on the host, in the form of the model's outputs. */
export async function predictModel(
  model: AnyModel,
  x: ModelInput | Dataset | Batches,
  { batchSize = DEFAULT_BATCH, steps, signal }: PredictOptions,
): Promise<Prediction> {
  checkBatchSize('predict', batchSize);
  const breathe = breather();
  const parts: Part[][] = [];
  let offset = 0;
  for await (const batch of inputBatches(model, x, batchSize)) {
    signal?.throwIfAborted();
    const inputs = inputsOf('predict', model, batch);
    checkInputs(model, inputs, { offset });
    parts.push(await fetched(await forwardOf(model)(inputs)));
    offset += inputs[0]!.shape[0]!;
    if (parts.length === steps) break;
    await breathe();
  }
  if (parts.length === 0) throw new ConfigError('predict: the data are empty. There must be at least one sample.');
  return inForm(
    parts[0]!.map((_, output) => joined(parts.map((part) => part[output]!))),
    model.outputPlaces.form,
  );
}

/** The outputs for one batch, in the form of the model's outputs. */
export async function predictBatch(model: AnyModel, x: ModelInput): Promise<Prediction> {
  const inputs = inputsOf('predictOnBatch', model, x);
  return inForm(await forwardOf(model)(inputs), model.outputPlaces.form);
}

interface Part {
  readonly spec: Spec;
  readonly data: HostArray;
}

async function fetched(outputs: readonly Tensor[]): Promise<Part[]> {
  const parts: Part[] = [];
  for (const output of outputs) {
    parts.push({ spec: output.spec, data: await output.data() });
    output[Symbol.dispose]();
  }
  return parts;
}

function joined(parts: readonly Part[]): Tensor {
  const { shape: first, dtype } = parts[0]!.spec;
  const shape = [parts.reduce((sum, { spec }) => sum + spec.shape[0]!, 0), ...first.slice(1)];
  const all = hostArray(dtype, sizeOf(shape));
  let at = 0;
  for (const { data } of parts) {
    all.set(data, at);
    at += data.length;
  }
  return fromData(all, shape, dtype);
}
