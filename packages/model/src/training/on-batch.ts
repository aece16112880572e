// One batch at a time, for training loops of one's own.
import { withRandomStream } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { stepBatch } from './batch.ts';
import type { ModelInput } from './input.ts';
import { feedHostMetrics, readLogs } from './read.ts';
import { stepsFor } from './steps.ts';
import { alone } from './turns.ts';
import { type ClassWeights, classWeightsPerOutput } from './weights.ts';

/** Options of `model.trainOnBatch`. */
export interface TrainOnBatchOptions {
  /** A factor on the loss of each sample; for several outputs also a list or a record of them. Default none. */
  readonly sampleWeight?: ModelInput;
  /** Factors on the loss of samples, by class. Default none. */
  readonly classWeight?: ClassWeights;
}

/** Options of `model.testOnBatch`. */
export type TestOnBatchOptions = Pick<TrainOnBatchOptions, 'sampleWeight'>;

/** One step; loss and metrics of this batch alone. */
export async function trainBatch(
  model: AnyModel,
  x: ModelInput,
  y: ModelInput | undefined,
  { sampleWeight, classWeight }: TrainOnBatchOptions,
): Promise<Record<string, number>> {
  return alone(model, async () => {
    const stream = model.trainingStream();
    const batch = stepBatch('trainOnBatch', model, { x, y, sampleWeight });
    const steps = await stepsFor(model, batch);
    const weights = classWeightsPerOutput(classWeight, model.outputPlaces);
    const finish = steps.interrupt();
    try {
      await feedHostMetrics(steps, batch, await withRandomStream(stream, () => steps.train(batch, weights)));
      return await readLogs(steps, 'train');
    } finally {
      finish();
    }
  });
}

/** Loss and metrics of a batch, without training. */
export async function testBatch(
  model: AnyModel,
  x: ModelInput,
  y: ModelInput | undefined,
  { sampleWeight }: TestOnBatchOptions,
): Promise<Record<string, number>> {
  return alone(model, async () => {
    const batch = stepBatch('testOnBatch', model, { x, y, sampleWeight });
    const steps = await stepsFor(model, batch);
    const finish = steps.interrupt();
    try {
      await feedHostMetrics(steps, batch, await steps.test(batch));
      return await readLogs(steps, 'test');
    } finally {
      finish();
    }
  });
}
