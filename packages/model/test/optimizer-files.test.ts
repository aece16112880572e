// Optimizers made of optimizers, and schedules of plugins, in files: training goes on as if it had never stopped.
import { cpu } from '@nablajs/backend-cpu';
import { Dense, Input } from '@nablajs/layers';
import { LossScaleOptimizer, MultiOptimizer, Schedule, SGD } from '@nablajs/optimizers';
import { pow, setBackend, setSeed, type Tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { modelFromBytes, Sequential } from '../src/index.ts';
import { clouds } from './data.ts';

class Halving extends Schedule<{ readonly start: number; readonly every: number }> {
  static override readonly type: string = 'acme/Halving';
  call(step: Tensor): Tensor {
    return pow(0.5, step.div(this.config.every).floor()).mul(this.config.start);
  }
}

test('a wrapped optimizer with the schedule of a plugin', async () => {
  setBackend(await cpu());
  setSeed(3);
  const { x, oneHot } = clouds(8);
  const model = new Sequential([Input({ shape: [2] }), new Dense(3, { activation: 'softmax' })]);
  const inner = new MultiOptimizer(new SGD(new Halving({ start: 0.5, every: 2 })), {
    bias: new SGD(0.1, { momentum: 0.9 }),
  });
  model.compile({ optimizer: new LossScaleOptimizer(inner), loss: 'categoricalCrossentropy' });
  await model.fit(x, oneHot, { epochs: 2, verbose: 0 });
  const bytes = await model.toBytes();
  const read = modelFromBytes(bytes, { plugins: [{ name: 'acme', schedules: [Halving] }] });
  expect(read.optimizer.toJSON()).toEqual(model.optimizer.toJSON());
  expect(() => modelFromBytes(bytes)).toThrow("there is no schedule 'acme/Halving'. It belongs to the package 'acme'");
  for (const each of [model, read]) await each.fit(x, oneHot, { epochs: 2, verbose: 0 });
  const weights = await Promise.all(
    [model, read].map((each) => Promise.all(each.weights.map(({ value }) => value.data()))),
  );
  expect(weights[1]).toEqual(weights[0]);
});
