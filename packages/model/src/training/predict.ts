import type { Dataset } from '@nablajs/data';
import { type Compiled, ConfigError, compile, fromData, hostArray, sizeOf, type Tensor } from '@nablajs/tensor';
import type { Model } from '../model.ts';
import { checkBatchSize, DEFAULT_BATCH } from './batch-size.ts';
import { breather } from './breathe.ts';
import { checkInput } from './check.ts';
import type { ModelData } from './input.ts';
import { inputBatches } from './input-batches.ts';
import { layerLabel } from './labels.ts';

/** Options of `model.predict`. */
export interface PredictOptions {
  /** Samples computed at once. Default 32. Larger than the data is fine. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

const forwards = new WeakMap<Model, Compiled<[Tensor], Tensor>>();

function forwardOf(model: Model): Compiled<[Tensor], Tensor> {
  let forward = forwards.get(model);
  if (!forward) {
    forward = compile((x: Tensor) => model.apply(x, { training: false }), {
      name: 'predict',
      guard: () => model.layers.map(({ trainable }) => trainable),
    });
    forwards.set(model, forward);
  }
  return forward;
}

/** Outputs for all samples, in order, as one tensor on the host. */
export async function predictModel(
  model: Model,
  x: ModelData | Dataset,
  { batchSize = DEFAULT_BATCH, signal }: PredictOptions,
): Promise<Tensor> {
  checkBatchSize('predict', batchSize);
  const forward = forwardOf(model);
  const breathe = breather();
  const parts: Tensor[] = [];
  let offset = 0;
  for await (const input of inputBatches(x, batchSize)) {
    signal?.throwIfAborted();
    model.build(input.spec);
    checkInput(input, offset, layerLabel(model.layers[0]!));
    const output = await forward(input);
    parts.push(fromData(await output.data(), output.shape, output.dtype));
    output[Symbol.dispose]();
    offset += input.shape[0]!;
    await breathe();
  }
  if (parts.length === 0) throw new ConfigError('predict: the data are empty. There must be at least one sample.');
  return joined(parts);
}

async function joined(parts: readonly Tensor[]): Promise<Tensor> {
  const first = parts[0]!;
  const shape = [parts.reduce((sum, part) => sum + part.shape[0]!, 0), ...first.shape.slice(1)];
  const all = hostArray(first.dtype, sizeOf(shape));
  let at = 0;
  for (const part of parts) {
    all.set(await part.data(), at);
    at += part.size;
  }
  return fromData(all, shape, first.dtype);
}
