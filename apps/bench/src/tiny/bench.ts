// The network of the course, 3-2-3: arithmetic takes no time, so that this measures what a step costs by itself.
import { cpu } from '@nablajs/backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import {
  Adam,
  compile,
  Dense,
  fromData,
  gradients,
  Input,
  randomUniform,
  Sequential,
  setBackend,
  type Tensor,
  variable,
  zeros,
} from 'nablajs';
import type { Bench, BenchOptions, Cell, Table } from '../frame/bench.ts';
import { type Contender, race } from '../frame/race.ts';

const RATE = 0.1;
/** Batches in an epoch of `fit`, which is what one of its runs is. */
const BATCHES = 1000;

/** The benchmark. */
export const tiny: Bench = {
  async run({ full }: BenchOptions): Promise<readonly Table[]> {
    const backend = await cpu({ threads: 1 });
    setBackend(backend);
    const contenders = [
      { ...compiledStep('compiled step', false), steps: 1 },
      { ...compiledStep('compiled step, loss read', true), steps: 1 },
      { ...(await fitEpoch(1)), steps: BATCHES },
      { ...(await fitEpoch(32)), steps: BATCHES },
      { ...(await tfjsStep()), steps: 1 },
    ];
    const times = await race(contenders, { rounds: full ? 30 : 10, turn: 100, processor: true });
    await backend.dispose();
    return [
      {
        title: 'Training steps of a network of 3, 2 and 3 neurons, one thread',
        columns: [
          { title: '' },
          { title: 'microseconds', digits: 1 },
          { title: 'steps per second', digits: 0 },
          { title: 'times as fast as TensorFlow.js', digits: 0 },
        ],
        rows: contenders.map(({ name, steps }, i): Cell[] => {
          const step = times[i]!.median / steps;
          return [name, step * 1000, 1000 / step, times.at(-1)!.median / step];
        }),
      },
    ];
  },
};

/** One sample, sigmoid, mean squared error, gradient descent: forward, backward and update. */
export function compiledStep(name: string, read: boolean): Contender {
  const weights = [
    ...[variable(randomUniform([3, 2])), variable(zeros([2]))],
    ...[variable(randomUniform([2, 3])), variable(zeros([3]))],
  ];
  const step = compile((x: Tensor, y: Tensor) => {
    const [w1, b1, w2, b2] = weights.map(({ value }) => value) as [Tensor, Tensor, Tensor, Tensor];
    const hidden = x.matmul(w1).add(b1).sigmoid();
    const loss = hidden.matmul(w2).add(b2).sigmoid().sub(y).square().mean();
    const slopes = gradients(loss, weights);
    weights.forEach((weight, i) => {
      weight.assign(weight.value.sub(slopes[i]!.mul(RATE)));
    });
    return read ? { loss } : {};
  });
  const x = fromData(Float32Array.of(0.1, 0.5, 0.9), [1, 3]);
  const y = fromData(Float32Array.of(0, 1, 0), [1, 3]);
  return {
    name,
    async run(times): Promise<undefined> {
      for (let i = 0; i < times; i++) await (await step(x, y)).loss?.item();
    },
  };
}

/** Batches drawn in a new order, Adam, accuracy counted. */
async function fitEpoch(batchSize: number): Promise<Contender> {
  const model = new Sequential([
    Input({ shape: [3] }),
    new Dense(2, { activation: 'relu' }),
    new Dense(3, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new Adam(), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const count = batchSize * BATCHES;
  const x = fromData(
    Float32Array.from({ length: count * 3 }, (_, i) => ((i * 7919) % 256) / 255),
    [count, 3],
  );
  const y = fromData(
    Float32Array.from({ length: count * 3 }, (_, i) => Number(i % 3 === (i >> 3) % 3)),
    [count, 3],
  );
  return {
    name: `step of fit, batch ${batchSize}, accuracy counted`,
    async run(times): Promise<undefined> {
      await model.fit(x, y, { batchSize, epochs: times, verbose: 0 });
    },
  };
}

/** The compiled step, written for tfjs-core. */
async function tfjsStep(): Promise<Contender> {
  await tf.setBackend('cpu');
  await tf.ready();
  const [w1, b1] = [tf.variable(tf.randomUniform([3, 2])), tf.variable(tf.zeros([2]))];
  const [w2, b2] = [tf.variable(tf.randomUniform([2, 3])), tf.variable(tf.zeros([3]))];
  const x = tf.tensor2d([[0.1, 0.5, 0.9]]);
  const y = tf.tensor2d([[0, 1, 0]]);
  const optimizer = tf.train.sgd(RATE);
  const loss = (): tf.Scalar => {
    const hidden = tf.sigmoid(tf.add(tf.matMul(x, w1 as unknown as tf.Tensor2D), b1));
    const guess = tf.sigmoid(tf.add(tf.matMul(hidden as tf.Tensor2D, w2 as unknown as tf.Tensor2D), b2));
    return tf.mean(tf.square(tf.sub(guess, y))) as tf.Scalar;
  };
  return {
    name: `TensorFlow.js ${tf.version_core} cpu, loss not read`,
    async run(times): Promise<undefined> {
      for (let i = 0; i < times; i++) optimizer.minimize(loss);
    },
  };
}
