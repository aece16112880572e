import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input } from '@nablajs/layers';
import { type AnyModel, type CompileModelOptions, Sequential } from '@nablajs/model';
import {
  Adam,
  LBFGS,
  LossScaleOptimizer,
  Muon,
  type Optimizer,
  RMSprop,
  ScheduleFreeAdamW,
  SGD,
} from '@nablajs/optimizers';
import { type Backend, fromData, setBackend, setSeed, sizeOf } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';
import { exportTrainer, loadTrainer } from '../src/index.ts';

const backends: Readonly<Record<string, Backend>> = { cpu: await cpu({ threads: 1 }), reference: reference() };

interface Case {
  readonly layers: () => ConstructorParameters<typeof Sequential>[0];
  readonly compilation: () => CompileModelOptions;
  readonly y: (i: number) => number;
  readonly target: readonly number[];
  readonly labels?: true;
}

const CASES: Readonly<Record<string, Case>> = {
  'SGD with momentum, mean squared error': {
    layers: () => [Input({ shape: [4] }), new Dense(3, { activation: 'tanh' }), new Dense(2)],
    compilation: () => ({ optimizer: new SGD(2 ** -5, { momentum: 0.9 }), loss: 'mse', metrics: ['mae'] }),
    y: (i) => Math.cos(i),
    target: [2],
  },
  'Adam, BatchNormalization, Dropout, L2, clipping, class numbers': {
    layers: () => [
      Input({ shape: [4] }),
      new Dense(8, { activation: 'relu', kernelRegularizer: 'l2' }),
      new BatchNormalization(),
      new Dropout(0.3),
      new Dense(3, { activation: 'softmax', activityRegularizer: 'l1' }),
    ],
    compilation: () => ({
      optimizer: new Adam(2 ** -6, { clipNorm: 0.5 }),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    }),
    y: (i) => i % 3,
    target: [],
    labels: true,
  },
  'convolution, RMSprop': {
    layers: () => [
      Input({ shape: [5, 5, 2] }),
      new Conv2D(3, 3),
      new Flatten(),
      new Dense(1, { activation: 'sigmoid' }),
    ],
    compilation: () => ({ optimizer: new RMSprop(2 ** -7), loss: 'binaryCrossentropy', metrics: ['accuracy'] }),
    y: (i) => i % 2,
    target: [1],
  },
};

/** A model whose weights are numbers of single precision on the reference as well, which computes with more. */
async function made({ layers, compilation }: Case): Promise<AnyModel> {
  const model = new Sequential(layers()) as unknown as AnyModel;
  model.compile(compilation());
  for (const weight of model.weights) weight.assign(fromData(await weight.value.data(), weight.shape));
  return model;
}

function dataFor(model: AnyModel, { y, target, labels }: Case, count: number) {
  const shape = (model.inputSpec as { shape: readonly number[] }).shape.slice(1);
  const x = Float32Array.from({ length: count * sizeOf(shape) }, (_, i) => Math.sin(i * 1.7));
  const numbers = Array.from({ length: count * sizeOf(target) }, (_, i) => y(i));
  const truth = labels ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return { x, truth, tensors: [fromData(x, [count, ...shape]), fromData(truth, [count, ...target])] as const };
}

async function weightsOf(model: AnyModel): Promise<readonly (readonly number[])[]> {
  return Promise.all(model.weights.map(async ({ value }) => Array.from(await value.data())));
}

describe.each(Object.entries(backends))('a trainer on %s takes the steps of fit, to the last bit', (_, backend) => {
  test.each(Object.entries(CASES))('%s', async (_, each) => {
    setBackend(backend);
    setSeed(7);
    const model = await made(each);
    const trainer = await loadTrainer(await exportTrainer(model));
    const { x, truth, tensors } = dataFor(model, each, 21);
    // Batches of 8, 8 and 5, in an order of each epoch.
    const expected = await model.fit(...tensors, { epochs: 3, batchSize: 8, verbose: 0 });
    const found = await trainer.fit(x, truth, { epochs: 3, batchSize: 8 });
    expect(found.history).toEqual(expected.history);
    expect(Object.values(await trainer.weights()).map(({ data }) => Array.from(data))).toEqual(await weightsOf(model));
    expect(await trainer.evaluate(x, truth, { batchSize: 8 })).toEqual(
      await model.evaluate(...tensors, { batchSize: 8 }),
    );
    trainer.dispose();
  });
});

test.each<[string, () => Optimizer]>([
  ['gradient accumulation and decay', () => new Adam({ gradientAccumulationSteps: 2, weightDecay: 0.01 })],
  ['loss scaling', () => new LossScaleOptimizer(new Adam(0.01))],
  ['matrices of their own rule', () => new Muon()],
  ['averages inside the rule', () => new ScheduleFreeAdamW()],
  ['a history of updates', () => new LBFGS(0.1)],
])('it goes on from the midst of a training: %s', async (_, optimizer) => {
  setBackend(backends['cpu']!);
  setSeed(11);
  const each = {
    ...CASES['SGD with momentum, mean squared error']!,
    compilation: () => ({ optimizer: optimizer(), loss: 'mse' }),
  };
  const model = await made(each);
  const { x, truth, tensors } = dataFor(model, each, 12);
  await model.fit(...tensors, { batchSize: 5, verbose: 0 });
  const trainer = await loadTrainer(await exportTrainer(model));
  const { history } = await model.fit(...tensors, { epochs: 2, batchSize: 5, verbose: 0 });
  expect((await trainer.fit(x, truth, { epochs: 2, batchSize: 5 })).history).toEqual(history);
  expect(Object.values(await trainer.weights()).map(({ data }) => Array.from(data))).toEqual(await weightsOf(model));
});
