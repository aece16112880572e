// What is trained: networks as plain data, so that every contender starts from the same weights and sees the same batches.

/** A network and how it is trained. */
export interface Task {
  readonly name: 'mlp' | 'cnn';
  readonly title: string;
  readonly optimizer: 'adam' | 'sgd';
  readonly rate: number;
  readonly batch: number;
  /** Images of one batch after the other, 784 pixels each. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  /** Kernel and bias of each layer, as Keras orders them. */
  readonly weights: readonly Weight[];
}

/** An initial weight. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** More than one, or they would be learnt by heart and the gradients vanish. */
const BATCHES = 10;

/** 784-512-256-10, batch 128, Adam. */
export function mlp(): Task {
  return task(
    { name: 'mlp', title: 'MLP 784-512-256-10, batch 128, Adam', optimizer: 'adam', rate: 0.001, batch: 128 },
    [
      [784, 512],
      [512, 256],
      [256, 10],
    ],
  );
}

/** Two convolutions of 32 and 64 filters with pools, a hidden layer of 128; batch 64, SGD with momentum. */
export function cnn(): Task {
  const title = 'CNN conv 32, pool, conv 64, pool, dense 128, on 28x28, batch 64, SGD with momentum';
  return task({ name: 'cnn', title, optimizer: 'sgd', rate: 0.01, batch: 64 }, [
    [3, 3, 1, 32],
    [3, 3, 32, 64],
    [3136, 128],
    [128, 10],
  ]);
}

function task(
  about: Omit<Task, 'images' | 'labels' | 'weights'>,
  kernels: readonly (readonly [...number[], number])[],
): Task {
  const next = randomNumbers(1);
  const samples = about.batch * BATCHES;
  return {
    ...about,
    images: Float32Array.from({ length: samples * 784 }, next),
    labels: Int32Array.from({ length: samples }, () => Math.floor(next() * 10)),
    weights: kernels.flatMap((shape): Weight[] => {
      const size = shape.reduce((product, n) => product * n, 1);
      const outputs = shape.at(-1)!;
      const limit = Math.sqrt((6 * outputs) / size);
      return [
        { shape, data: Float32Array.from({ length: size }, () => (2 * next() - 1) * limit) },
        { shape: [outputs], data: new Float32Array(outputs) },
      ];
    }),
  };
}

/** Numbers from 0 to 1. Park and Miller's generator, 1988. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
