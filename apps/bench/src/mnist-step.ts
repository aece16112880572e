// One training step of the quickstart's network: ours against the only TensorFlow.js engine that trains convolutions in Node.
import { cpu } from '@nablajs/backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import {
  Adam,
  Conv2D,
  Dense,
  Dropout,
  Flatten,
  fromData,
  Input,
  MaxPooling2D,
  Sequential,
  setBackend,
  setSeed,
} from 'nablajs';
import { race, table } from './race.ts';

const BATCH = 16;
const OURS_PER_ROUND = 20;

/** Prints the time of a step and the ratio. */
export async function run(): Promise<void> {
  const images = Float32Array.from({ length: BATCH * 784 }, (_, i) => ((i * 7919) % 256) / 255);
  const labels = Int32Array.from({ length: BATCH }, (_, i) => i % 10);
  const ours = await nablaStep(images, labels);
  const theirs = await tfjsStep(images, labels);
  const [a, b] = await race(
    [
      {
        name: 'Nabla',
        run: async (): Promise<void> => {
          for (let i = 0; i < OURS_PER_ROUND; i++) await ours();
        },
      },
      { name: 'TensorFlow.js', run: theirs },
    ],
    3,
  );
  const step = a! / OURS_PER_ROUND;
  table(`Training step of the MNIST CNN, batch ${BATCH}, Adam, one thread`, [
    ['', 'ms per step', 'ratio'],
    ['Nabla cpu', step.toFixed(2), '1'],
    ['TensorFlow.js cpu', b!.toFixed(0), (b! / step).toFixed(0)],
  ]);
}

async function nablaStep(images: Float32Array, labels: Int32Array): Promise<() => Promise<void>> {
  setBackend(await cpu());
  setSeed(1);
  const model = new Sequential([
    Input({ shape: [28, 28, 1] }),
    new Conv2D(32, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Conv2D(64, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(128, { activation: 'relu' }),
    new Dropout(0.5),
    new Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new Adam(), loss: 'sparseCategoricalCrossentropy' });
  const x = fromData(images, [BATCH, 28, 28, 1]);
  const y = fromData(labels, [BATCH]);
  await model.fit(x, y, { batchSize: BATCH, epochs: 5, verbose: 0 });
  const step = model.trainStep!;
  return async () => void (await step({ x, y }, undefined));
}

/** The same network and step, written for tfjs-core. */
async function tfjsStep(images: Float32Array, labels: Int32Array): Promise<() => Promise<void>> {
  await tf.setBackend('cpu');
  await tf.ready();
  const x = tf.tensor4d(images, [BATCH, 28, 28, 1]);
  const y = tf.oneHot(tf.tensor1d(labels, 'int32'), 10);
  const weight = (shape: number[]): tf.Variable => tf.variable(tf.randomNormal(shape, 0, 0.05));
  const [k1, b1, k2, b2] = [weight([3, 3, 1, 32]), weight([32]), weight([3, 3, 32, 64]), weight([64])];
  const [w1, c1, w2, c2] = [weight([3136, 128]), weight([128]), weight([128, 10]), weight([10])];
  const optimizer = tf.train.adam(0.001, 0.9, 0.999, 1e-7);
  const forward = (): tf.Scalar => {
    const h1 = tf.maxPool(
      tf.relu(tf.add(tf.conv2d(x, k1 as unknown as tf.Tensor4D, 1, 'same'), b1)) as tf.Tensor4D,
      2,
      2,
      'valid',
    );
    const h2 = tf.maxPool(
      tf.relu(tf.add(tf.conv2d(h1, k2 as unknown as tf.Tensor4D, 1, 'same'), b2)) as tf.Tensor4D,
      2,
      2,
      'valid',
    );
    const h3 = tf.dropout(
      tf.relu(tf.add(tf.matMul(tf.reshape(h2, [BATCH, 3136]), w1 as unknown as tf.Tensor2D), c1)),
      0.5,
    );
    const logits = tf.add(tf.matMul(h3 as tf.Tensor2D, w2 as unknown as tf.Tensor2D), c2);
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), tf.cast(y, 'float32')), 1))) as tf.Scalar;
  };
  return async () => {
    optimizer.minimize(forward);
    await b2.data();
  };
}
