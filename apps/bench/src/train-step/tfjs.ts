// The task in TensorFlow.js, on its cpu engine: the wasm engine has no kernel for the gradient of a convolution's filter.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { Task } from './task.ts';
import type { Trainer } from './trainer.ts';

type Forward = (x: tf.Tensor, weights: readonly tf.Variable[]) => tf.Tensor;

/** Trains with tfjs-core. */
export async function tfjsTrainer(task: Task): Promise<Trainer> {
  await tf.setBackend('cpu');
  await tf.ready();
  const { batch } = task;
  const weights = task.weights.map(({ data, shape }) => tf.variable(tf.tensor(data, [...shape])));
  const optimizer =
    task.optimizer === 'adam' ? tf.train.adam(task.rate, 0.9, 0.999, 1e-7) : tf.train.momentum(task.rate, 0.9);
  const batches = Array.from({ length: task.labels.length / batch }, (_, i) => ({
    x: tf.tensor(task.images.slice(i * batch * 784, (i + 1) * batch * 784), [batch, 784]),
    y: tf.oneHot(tf.tensor1d(task.labels.slice(i * batch, (i + 1) * batch), 'int32'), 10),
  }));
  let done = 0;
  const step = async (): Promise<number> => {
    const { x, y } = batches[done++ % batches.length]!;
    const loss = optimizer.minimize(() => crossEntropy(FORWARD[task.name](x, weights), y), true)!;
    const [value] = await loss.data();
    loss.dispose();
    return value!;
  };
  return {
    name: `TensorFlow.js ${tf.version_core} cpu`,
    async losses(steps): Promise<number[]> {
      const losses: number[] = [];
      for (let i = 0; i < steps; i++) losses.push(await step());
      return losses;
    },
    async run(times): Promise<undefined> {
      for (let i = 0; i < times; i++) await step();
    },
    close: async () => tf.disposeVariables(),
  };
}

function crossEntropy(logits: tf.Tensor, truth: tf.Tensor): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), tf.cast(truth, 'float32')), 1))) as tf.Scalar;
}

function dense(x: tf.Tensor, kernel: tf.Variable, bias: tf.Variable): tf.Tensor {
  return tf.add(tf.matMul(x as tf.Tensor2D, kernel as unknown as tf.Tensor2D), bias);
}

function convolve(x: tf.Tensor, kernel: tf.Variable, bias: tf.Variable): tf.Tensor {
  const map = tf.conv2d(x as tf.Tensor4D, kernel as unknown as tf.Tensor4D, 1, 'same');
  return tf.maxPool(tf.relu(tf.add(map, bias)) as tf.Tensor4D, 2, 2, 'valid');
}

const FORWARD: Readonly<Record<Task['name'], Forward>> = {
  mlp: (x, [w1, b1, w2, b2, w3, b3]) => dense(tf.relu(dense(tf.relu(dense(x, w1!, b1!)), w2!, b2!)), w3!, b3!),
  cnn: (x, [k1, b1, k2, b2, w1, c1, w2, c2]) => {
    const maps = convolve(convolve(tf.reshape(x, [-1, 28, 28, 1]), k1!, b1!), k2!, b2!);
    return dense(tf.relu(dense(tf.reshape(maps, [-1, 3136]), w1!, c1!)), w2!, c2!);
  },
};
