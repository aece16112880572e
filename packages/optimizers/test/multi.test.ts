import { reference } from '@nablajs/backend-reference';
import { compile, scalar, setBackend, tensor, type Variable, variable } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adam, ExponentialDecay, LossScaleOptimizer, MultiOptimizer, optimizerFrom, SGD } from '../src/index.ts';

beforeAll(() => setBackend(reference()));

const NAMES = ['encoder/dense_1/kernel', 'encoder/dense_1/bias', 'head/kernel'];
const make = (): Variable[] => NAMES.map((name) => variable([1, 2], { name }));
const values = (parameters: readonly Variable[]): Promise<number[][]> =>
  Promise.all(parameters.map(async (w) => [...(await w.value.data())]));

test('every parameter follows the optimizer of the longest part of its name', async () => {
  const parameters = make();
  const optimizer = new MultiOptimizer(new SGD(0.5), {
    encoder: new SGD(0.25, { useEma: true }),
    'encoder/dense_1/bias': new SGD(0.125),
  });
  const step = compile(() =>
    optimizer.apply(
      parameters,
      parameters.map(() => tensor([1, -1])),
    ),
  );
  await step();
  await step();
  expect(await values(parameters)).toEqual([
    [0.5, 2.5],
    [0.75, 2.25],
    [0, 3],
  ]);
  expect(optimizer.variables.map(({ name }) => name)).toEqual([
    'iterations',
    'learningRate',
    'encoder/iterations',
    'encoder/learningRate',
    'encoder/dense_1/kernel/average',
    'encoder/dense_1/bias/iterations',
    'encoder/dense_1/bias/learningRate',
  ]);
  expect(optimizer.averageOf(parameters[0]!)).toBe(optimizer.variables[4]);
  expect(optimizer.averageOf(parameters[2]!)).toBe(undefined);
  expect(optimizer.config.useEma).toBe(true);
  expect(await optimizer.iterations.value.item()).toBe(2);
  optimizer.learningRate = 0.25;
  expect(optimizer.config.learningRate).toBe(0.25);
});

test('the default one counts updates even when it has no parameters', async () => {
  const parameters = [variable([1], { name: 'encoder/kernel' })];
  const optimizer = new MultiOptimizer(new SGD(0.5), { encoder: new SGD(0.25) });
  optimizer.apply(parameters, [tensor([1])]);
  expect(await optimizer.iterations.value.item()).toBe(1);
});

test('one optimizer may be there for several parts', async () => {
  const [parameters, shared] = [make(), new Adam(0.1)];
  const optimizer = new MultiOptimizer(new SGD(0.5), { bias: shared, head: shared });
  const gradients = parameters.map(() => tensor([1, 1]));
  optimizer.apply(parameters, gradients);
  expect(await shared.iterations.value.item()).toBe(1);
  expect(new Set(optimizer.variables).size).toBe(optimizer.variables.length);
});

test('the loss is scaled around all of them', async () => {
  const parameters = make();
  const optimizer = new LossScaleOptimizer(new MultiOptimizer(new SGD(0.5), { head: new SGD(0.25) }), {
    initialScale: 4,
  });
  expect(await optimizer.scaleLoss(scalar(3)).item()).toBe(12);
  const gradients = (value: number) => parameters.map(() => tensor([4, value]));
  optimizer.apply(parameters, gradients(Number.NaN));
  expect(await values(parameters)).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  // The scale is 2 now.
  optimizer.apply(parameters, gradients(0));
  expect(await values(parameters)).toEqual([
    [0, 2],
    [0, 2],
    [0.5, 2],
  ]);
});

test('comes back from JSON, with the schedules of its parts', () => {
  const optimizer = new MultiOptimizer(new Adam(0.1), { head: new SGD(new ExponentialDecay(0.1, 10, 0.5)) });
  const json = JSON.parse(JSON.stringify(optimizer));
  const read = optimizerFrom(json) as MultiOptimizer;
  expect(read.toJSON()).toEqual(json);
  expect(read.optimizerFor('head/kernel')).toBeInstanceOf(SGD);
  expect(read.optimizerFor('tail/kernel')).toBeInstanceOf(Adam);
  expect(read.variables.map(({ name }) => name)).toEqual(optimizer.variables.map(({ name }) => name));
});

describe('errors read as prose', () => {
  const cases: Readonly<Record<string, () => unknown>> = {
    nothing: () => new MultiOptimizer({} as never),
    'a name': () => new MultiOptimizer(new Adam(), { head: 'sgd' as never }),
    'loss scaling inside': () => new MultiOptimizer(new Adam(), { head: new LossScaleOptimizer(new Adam()) }),
    'several inside': () => new MultiOptimizer(new MultiOptimizer(new Adam())),
    'two factors': () => new MultiOptimizer(new Adam(), { head: new Adam(0.1, { lossScaleFactor: 8 }) }),
    'too few gradients': () => new MultiOptimizer(new Adam()).apply(make(), []),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    expect(cases[name]).toThrowErrorMatchingSnapshot();
  });
});
