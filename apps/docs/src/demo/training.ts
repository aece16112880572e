// One training of the page's network, reported step by step.
import { Adam, type Callback, column, Dataset, type Model, type Sequential, setSeed } from 'nablajs';
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
  model: Model,
  train: Samples,
  test: Samples,
  { epochs }: TrainingOptions,
  observer: Observer,
  signal: AbortSignal,
): Promise<void> {
  const data = asDataset(train).shuffle().batch(BATCH);
  await model.fit(data, {
    epochs,
    verbose: 0,
    signal,
    validationData: asDataset(test).batch(250),
    callbacks: [reporter(observer, train.labels.length, epochs)],
  });
}

function asDataset({ images, labels }: Samples): Dataset {
  return Dataset.from({ x: column(images, [labels.length, SIDE, SIDE, 1], { scale: 1 / 255 }), y: labels });
}

/** `fit` tells the mean loss of the epoch so far; the loss of one batch follows from two of them. */
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
