import type { Dataset } from '@nablajs/data';
import { ConfigError } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { stepBatch } from './batch.ts';
import { breather } from './breathe.ts';
import { checkBatch } from './check.ts';
import { asSource, type ModelInput } from './input.ts';
import { feedHostMetrics, readLogs } from './read.ts';
import { type Batches, type BatchSource, limited } from './source.ts';
import { type Steps, stepsFor } from './steps.ts';
import { alone } from './turns.ts';

/** Options of `model.evaluate`. */
export interface EvaluateOptions {
  /** Samples computed at once. Default 32. Larger than the data is fine. */
  readonly batchSize?: number;
  /** A factor on the loss of each sample; for several outputs also a list or a record of them. Default none. */
  readonly sampleWeight?: ModelInput;
  /** Stop after this many batches. Default: at the end of the data. */
  readonly steps?: number;
  /** Stops between two batches. */
  readonly signal?: AbortSignal;
}

/** One pass over data without training. */
export async function evaluateModel(
  model: AnyModel,
  x: ModelInput | Dataset | Batches,
  y: ModelInput | undefined,
  { batchSize, sampleWeight, steps, signal }: EvaluateOptions,
): Promise<Record<string, number>> {
  return evaluateSource(model, limited(asSource('evaluate', model, x, y, sampleWeight, batchSize), steps), signal);
}

/** {@link evaluateModel} for data in batches. */
export async function evaluateSource(
  model: AnyModel,
  source: BatchSource,
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  return alone(model, async () => {
    const breathe = breather();
    let offset = 0;
    let steps: Steps | null = null;
    let finish: (() => void) | null = null;
    try {
      for await (const item of source.epoch(null)) {
        signal?.throwIfAborted();
        const batch = stepBatch('evaluate', model, item);
        steps ??= await stepsFor(model, batch);
        finish ??= steps.interrupt();
        checkBatch(model, steps, batch, { offset, rows: item.rows });
        await feedHostMetrics(steps, batch, await steps.test(batch));
        offset += batch.x[0]!.shape[0]!;
        await breathe();
      }
      if (steps === null) throw new ConfigError('evaluate: the data are empty. There must be at least one sample.');
      return await readLogs(steps, 'test');
    } finally {
      finish?.();
    }
  });
}
