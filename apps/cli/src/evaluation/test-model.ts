import type { LabelledImages } from '@nablajs/data/node';
import { ConfigError, formatShape } from '@nablajs/tensor';
import type { Model } from 'nablajs';
import { asDataset } from '../datasets/dataset.ts';
import type { Display } from '../display/display.ts';
import { argMaxRows, type Confusion, confusionOf } from './confusion.ts';

/** How to go through the images. */
export interface TestOptions {
  readonly batchSize: number;
  readonly signal: AbortSignal;
  readonly display: Display;
}

/**
 * Predicts all images and counts which class was taken for which.
 * @throws ConfigError when the model tells apart another number of classes
 */
export async function testModel(
  model: Model,
  images: LabelledImages,
  classes: number,
  { batchSize, signal, display }: TestOptions,
): Promise<Confusion> {
  const total = images.labels.length;
  const began = performance.now();
  let done = 0;
  const batches = asDataset(images)
    .batch(batchSize)
    .map((batch) => {
      display.progress({ label: 'testing', done, total, elapsed: performance.now() - began, numbers: {} });
      done += batch.size;
      return batch;
    });
  const predictions = await model.predict(batches, { signal });
  const [, columns] = predictions.shape;
  if (predictions.rank !== 2 || columns !== classes) {
    throw new ConfigError(
      `The model's outputs have shape ${formatShape(['batch', ...predictions.shape.slice(1)] as never)}; ` +
        `for ${classes} classes it must be [batch, ${classes}].`,
    );
  }
  return confusionOf(images.labels, argMaxRows(await predictions.data(), classes), classes);
}
