import { cpu } from '@nablajs/backend-cpu';
import { Dense, Input } from '@nablajs/layers';
import { Adam } from '@nablajs/optimizers';
import { setBackend, setSeed } from '@nablajs/tensor';
import { beforeEach, expect, test } from 'vitest';
import { type Callback, MagnitudePruning, Sequential } from '../src/index.ts';
import { clouds } from './data.ts';

beforeEach(async () => {
  setBackend(await cpu());
  setSeed(5);
});

const { x, oneHot } = clouds(12);
const quiet = { verbose: 0, batchSize: 6, epochs: 1 } as const;

function model(rate = 0.05, input = [Input({ shape: [2] })]): Sequential {
  const made = new Sequential([...input, new Dense(10, { name: 'hidden' }), new Dense(3, { activation: 'softmax' })]);
  made.compile({ optimizer: new Adam(rate), loss: 'categoricalCrossentropy' });
  return made;
}

const zerosIn = async (made: Sequential, name: string): Promise<number> => {
  const weight = made.weights.find((each) => each.name === name)!;
  return (await weight.value.data()).filter((value: number) => value === 0).length;
};

test('the smallest weights become 0, and only they', async () => {
  const made = model(0);
  const before = await made.weights[0]!.value.data();
  await made.fit(x, oneHot, { ...quiet, callbacks: [new MagnitudePruning({ sparsity: 0.25 })] });
  const limit = [...before].map(Math.abs).sort((a, b) => a - b)[5]!;
  const after = await made.weights[0]!.value.data();
  expect([...after]).toEqual([...before].map((value) => (Math.abs(value) < limit ? 0 : value)));
});

test('what was pruned stays 0 after every batch, more of it from epoch to epoch', async () => {
  const made = model();
  const seen: number[][] = [];
  const counting: Callback = {
    onBatchEnd: async () => {
      seen.push([await zerosIn(made, 'hidden/kernel'), await zerosIn(made, 'dense/kernel')]);
    },
  };
  const pruning = new MagnitudePruning({ sparsity: 0.8, fromEpoch: 1, toEpoch: 3 });
  await made.fit(x, oneHot, { ...quiet, epochs: 5, callbacks: [pruning, counting] });
  // 0.8 (1 - (2 / 3)^3) = 0.563 and 0.8 (1 - (1 / 3)^3) = 0.770, of 20 and of 30 weights.
  const perEpoch = [
    [0, 0],
    [11, 17],
    [15, 23],
    [16, 24],
    [16, 24],
  ];
  expect(seen).toEqual(perEpoch.flatMap((counts) => [counts, counts]));
  expect(await zerosIn(made, 'hidden/bias')).toBe(0);
});

test('a training that is taken up again keeps its zeros', async () => {
  const made = model();
  const callbacks = [new MagnitudePruning({ sparsity: 0.5, only: ['hidden/'] })];
  await made.fit(x, oneHot, { ...quiet, epochs: 2, callbacks });
  const pruned = [...(await made.weights[0]!.value.data())].map((value) => value === 0);
  await made.fit(x, oneHot, { ...quiet, epochs: 2, callbacks });
  expect([...(await made.weights[0]!.value.data())].map((value) => value === 0)).toEqual(pruned);
  expect(await zerosIn(made, 'dense/kernel')).toBe(0);
});

test('a model that its first batch builds', async () => {
  const made = model(0.05, []);
  await made.fit(x, oneHot, { ...quiet, callbacks: [new MagnitudePruning()] });
  expect([await zerosIn(made, 'hidden/kernel'), await zerosIn(made, 'dense/kernel')]).toEqual([10, 15]);
});

test('errors read as prose', async () => {
  expect(() => new MagnitudePruning({ sparsity: 1 })).toThrow(
    'MagnitudePruning: sparsity must be 0 to below 1, got 1.',
  );
  expect(() => new MagnitudePruning({ fromEpoch: 3, toEpoch: 1 })).toThrow(
    'MagnitudePruning: fromEpoch and toEpoch must be whole numbers, the first of at least 0 and the second not before it, got 3 and 1.',
  );
  const callbacks = [new MagnitudePruning({ only: ['conv'] })];
  await expect(model().fit(x, oneHot, { ...quiet, callbacks })).rejects.toThrow(
    "MagnitudePruning: no trained weight has a name that contains 'conv'. There are hidden/kernel, hidden/bias, dense/kernel, dense/bias.",
  );
});
