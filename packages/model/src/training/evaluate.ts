import type { Dataset } from '@nablajs/data';
import { ConfigError } from '@nablajs/tensor';
import type { Model } from '../model.ts';
import { stepBatch } from './batch.ts';
import { breather } from './breathe.ts';
import { checkInput, checkLabels } from './check.ts';
import { asDataset, type ModelData } from './input.ts';
import { layerLabel } from './labels.ts';
import { feedHostMetrics, readLogs } from './read.ts';
import { type Steps, stepsFor } from './steps.ts';

/** Options of `model.evaluate`. */
export interface EvaluateOptions {
  /** Samples computed at once. Default 32. Larger than the data is fine. */
  readonly batchSize?: number;
  /** Stops between two batches. */
  readonly signal?: AbortSignal;
}

/** One pass over data without training. */
export async function evaluateModel(
  model: Model,
  x: ModelData | Dataset,
  y: ModelData | undefined,
  { batchSize, signal }: EvaluateOptions,
): Promise<Record<string, number>> {
  const data = asDataset('evaluate', x, y, undefined, batchSize);
  const breathe = breather();
  let offset = 0;
  let steps: Steps | null = null;
  for await (const item of data.epoch(null)) {
    signal?.throwIfAborted();
    const batch = stepBatch('evaluate', item);
    if (steps === null) {
      model.build(batch.x.spec);
      steps = await stepsFor(model, batch.x.spec, batch.y.spec);
      steps.reset();
    }
    checkInput(batch.x, offset, layerLabel(model.layers[0]!));
    checkLabels(steps.setup.loss, batch.y, model.outputSpec(batch.x.spec), layerLabel(model.layers.at(-1)!));
    const { prediction } = await steps.test(batch);
    await feedHostMetrics(steps, batch, prediction);
    offset += batch.x.shape[0]!;
    await breathe();
  }
  if (steps === null) throw new ConfigError('evaluate: the data are empty. There must be at least one sample.');
  return readLogs(steps);
}
