// One training of the page's network, reported step by step. It runs in the worker; what is here runs in the page.
import type { RemoteModel } from '@nablajs/model/web';
import { Adam, type Callback, fromData, type Sequential, setSeed, type Tensor } from 'nablajs';
import { digitNetwork } from './digit-network.mjs';
import { type Samples, SIDE, type StepReport, type TestReport, type TrainingOptions } from './protocol.ts';

const BATCH = 64;

/** Where a training reports to. */
export interface Observer {
  step(report: StepReport): void;
  tested(report: TestReport): void;
}

/** A network to train with these options: seeded, compiled, its weights still random. */
export function freshNetwork({ learningRate, seed }: TrainingOptions): Sequential {
  setSeed(seed);
  const model = digitNetwork('yours');
  model.compile({
    optimizer: new Adam(learningRate),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** Trains to the end, or until the signal aborts: then it rejects with the signal's reason. */
export async function trainNetwork(
  model: RemoteModel,
  train: Samples,
  test: Samples,
  { epochs }: TrainingOptions,
  observer: Observer,
  signal: AbortSignal,
): Promise<void> {
  await model.fit(imagesOf(train), train.labels, {
    batchSize: BATCH,
    epochs,
    verbose: 0,
    signal,
    validationData: [imagesOf(test), test.labels],
    callbacks: [reporter(observer, train.labels.length, epochs)],
  });
}

/** Grey values 0 to 1, `[images, 28, 28, 1]`. */
function imagesOf({ images, labels }: Samples): Tensor {
  return fromData(
    Float32Array.from(images, (value) => value / 255),
    [labels.length, SIDE, SIDE, 1],
  );
}

function reporter(observer: Observer, images: number, epochs: number): Callback {
  const perEpoch = Math.ceil(images / BATCH);
  const began = performance.now();
  let done = 0;
  let total = 0;
  let seen = 0;
  return {
    onEpochBegin: () => {
      total = 0;
      seen = 0;
    },
    onBatchEnd: (batch, { loss = Number.NaN, accuracy = Number.NaN }) => {
      const size = Math.min(BATCH, images - batch * BATCH);
      const sum = loss * (seen + size);
      const ofBatch = Math.max(0, (sum - total) / size);
      seen += size;
      total = sum;
      const milliseconds = performance.now() - began;
      observer.step({ step: ++done, steps: perEpoch * epochs, loss: ofBatch, accuracy, milliseconds });
    },
    onEpochEnd: (_, { valLoss = Number.NaN, valAccuracy = Number.NaN }) =>
      observer.tested({ step: done, loss: valLoss, accuracy: valAccuracy }),
  };
}
