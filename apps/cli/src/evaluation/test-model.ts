import type { Model } from 'nablajs';
import type { Goal, Part } from '../datasets/training-data.ts';
import type { Display } from '../display/display.ts';
import { checkOutput, probabilityRows } from '../models/head.ts';
import { argMax, type Confusion, confusionOf } from './confusion.ts';
import { type Errors, errorsOf } from './errors.ts';

/** How to go through the samples. */
export interface TestOptions {
  readonly batchSize: number;
  readonly signal: AbortSignal;
  readonly display: Display;
}

/** How a test went. */
export type TestResult =
  | { readonly kind: 'class'; readonly matrix: Confusion }
  | { readonly kind: 'number'; readonly errors: Errors };

/**
 * Predicts all samples, and counts which class was taken for which, or measures how far numbers are off.
 * @throws ConfigError when the model's outputs do not fit what is to be predicted
 */
export async function testModel(
  model: Model,
  { count, truth, samples }: Part,
  goal: Goal,
  { batchSize, signal, display }: TestOptions,
): Promise<TestResult> {
  const began = performance.now();
  let done = 0;
  const batches = samples.batch(batchSize).map((batch) => {
    display.progress({ label: 'testing', done, total: count, elapsed: performance.now() - began, numbers: {} });
    done += batch.size;
    return batch;
  });
  const predictions = await model.predict(batches, { signal });
  checkOutput(predictions, goal);
  if (goal.kind === 'class') {
    const rows = await probabilityRows(model, predictions);
    return { kind: 'class', matrix: confusionOf(truth, rows.map(argMax), goal.classes.length) };
  }
  const values = await predictions.data();
  return {
    kind: 'number',
    errors: errorsOf(Array.from(truth, goal.decode), Array.from(values as ArrayLike<number>, goal.decode)),
  };
}
