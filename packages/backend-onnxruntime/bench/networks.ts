// The two networks of the training benchmarks, each with one batch that is used over and over.
import {
  Adam,
  type Backend,
  Conv2D,
  Dense,
  Flatten,
  fromData,
  Input,
  MaxPooling2D,
  Sequential,
  SGD,
  setBackend,
  setSeed,
} from 'nablajs';

/** A network and its batch on one backend, ready to step. */
export interface Racer {
  readonly name: string;
  readonly step: () => Promise<void>;
}

/** 784-512-256-10, batch 128, Adam. */
export function mlp(): Sequential {
  const model = new Sequential([
    Input({ shape: [784] }),
    new Dense(512, { activation: 'relu' }),
    new Dense(256, { activation: 'relu' }),
    new Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new Adam(), loss: 'sparseCategoricalCrossentropy' });
  return model;
}

/** Two convolutions of 32 and 64 filters with pools, a hidden layer of 128; batch 64, SGD with momentum. */
export function cnn(): Sequential {
  const model = new Sequential([
    Input({ shape: [28, 28, 1] }),
    new Conv2D(32, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Conv2D(64, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(128, { activation: 'relu' }),
    new Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new SGD(0.01, { momentum: 0.9 }), loss: 'sparseCategoricalCrossentropy' });
  return model;
}

/** A step of `make()` on `backend`, warmed up. */
export async function racer(
  name: string,
  backend: Backend,
  make: () => Sequential,
  shape: readonly number[],
  batch: number,
): Promise<Racer> {
  setBackend(backend);
  setSeed(1);
  const model = make();
  const size = shape.reduce((product, n) => product * n, batch);
  const x = fromData(
    Float32Array.from({ length: size }, (_, i) => ((i * 7919) % 256) / 255),
    [batch, ...shape],
  );
  const y = fromData(
    Int32Array.from({ length: batch }, (_, i) => i % 10),
    [batch],
  );
  await model.fit(x, y, { batchSize: batch, epochs: 3, verbose: 0 });
  const step = model.steps!.train;
  return {
    name,
    step: async () => {
      setBackend(backend);
      await step({ x: [x], y: [y], sampleWeight: [null] }, [null]);
    },
  };
}
