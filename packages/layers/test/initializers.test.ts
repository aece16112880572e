import { setSeed, sizeOf, zeros } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import {
  Constant,
  Dense,
  GlorotUniform,
  HeNormal,
  IdentityInitializer,
  type Initializer,
  type InitializerLike,
  initializerFrom,
  LecunNormal,
  Orthogonal,
  RandomNormal,
  RandomUniform,
  TruncatedNormal,
  VarianceScaling,
} from '../src/index.ts';
import { onReference } from './kit.ts';

onReference();

const SHAPE = [3, 3, 40, 60];

async function momentsOf(initializer: Initializer, shape: readonly number[] = SHAPE) {
  const values = [...(await initializer.apply(shape).data())];
  expect(values).toHaveLength(sizeOf(shape));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return { mean, variance, largest };
}

// Fans of SHAPE: 9 * 40 inputs, 9 * 60 outputs.
const CASES: readonly [InitializerLike, { variance: number; limit?: number }][] = [
  ['glorotUniform', { variance: 2 / 900, limit: Math.sqrt(6 / 900) }],
  ['glorotNormal', { variance: 2 / 900, limit: (2 * Math.sqrt(2 / 900)) / 0.8796 }],
  ['heUniform', { variance: 2 / 360, limit: Math.sqrt(6 / 360) }],
  ['heNormal', { variance: 2 / 360, limit: (2 * Math.sqrt(2 / 360)) / 0.8796 }],
  ['lecunUniform', { variance: 1 / 360, limit: Math.sqrt(3 / 360) }],
  ['lecunNormal', { variance: 1 / 360, limit: (2 * Math.sqrt(1 / 360)) / 0.8796 }],
  ['varianceScaling', { variance: 1 / 360, limit: (2 * Math.sqrt(1 / 360)) / 0.8796 }],
  [new VarianceScaling({ scale: 3, mode: 'fanOut', distribution: 'untruncatedNormal' }), { variance: 3 / 540 }],
  ['randomUniform', { variance: 0.1 ** 2 / 12, limit: 0.05 }],
  ['randomNormal', { variance: 0.05 ** 2 }],
  ['truncatedNormal', { variance: (0.05 * 0.8796) ** 2, limit: 0.1 }],
];

test.each(CASES)('%s has the variance and the limits of its definition', async (like, { variance, limit }) => {
  const found = await momentsOf(initializerFrom(like));
  // Five standard errors of the mean and of the variance for 21,600 draws.
  expect(Math.abs(found.mean)).toBeLessThan(5 * Math.sqrt(variance / 21_600));
  expect(Math.abs(found.variance / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 21_600));
  if (limit !== undefined) {
    expect(found.largest).toBeLessThanOrEqual(limit * 1.0001);
    expect(found.largest).toBeGreaterThan(limit * 0.99);
  }
});

test('means and bounds are respected', async () => {
  expect((await momentsOf(new RandomNormal({ mean: 3, stddev: 0.1 }))).mean).toBeCloseTo(3, 2);
  expect((await momentsOf(new TruncatedNormal({ mean: -3, stddev: 0.1 }))).mean).toBeCloseTo(-3, 2);
  expect((await momentsOf(new RandomUniform({ minval: 1, maxval: 2 }))).mean).toBeCloseTo(1.5, 2);
});

test('vectors count their elements as inputs and outputs', async () => {
  const { largest } = await momentsOf(new GlorotUniform(), [1000]);
  expect(largest).toBeLessThan(Math.sqrt(6 / 2000));
  expect(largest).toBeGreaterThan(0.95 * Math.sqrt(6 / 2000));
});

test('zeros, ones, constant, identity', async () => {
  expect(await initializerFrom('zeros').apply([2]).array()).toEqual([0, 0]);
  expect(await initializerFrom('ones').apply([2]).array()).toEqual([1, 1]);
  expect(await new Constant(0.5).apply([2]).array()).toEqual([0.5, 0.5]);
  expect(await new IdentityInitializer(2).apply([2, 3]).array()).toEqual([
    [2, 0, 0],
    [0, 2, 0],
  ]);
});

test.each([[[4, 4]], [[7, 3]], [[3, 7]], [[3, 3, 2, 5]]])(
  'orthogonal %j: the vectors of the shorter side are orthonormal',
  async (shape) => {
    const [rows, columns] = [sizeOf(shape.slice(0, -1)), shape.at(-1)!];
    const q = new Orthogonal({ gain: 2 }).apply(shape).reshape([rows, columns]).div(2);
    const product = rows < columns ? q.matmul(q.transpose()) : q.transpose().matmul(q);
    const values = await product.data();
    const n = Math.min(rows, columns);
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(i % (n + 1) === 0 ? 1 : 0, 5);
  },
);

test('a seed of its own gives the same values every time; without one, setSeed decides', async () => {
  for (const seeded of [new HeNormal({ seed: 4 }), new Orthogonal({ seed: 4 })]) {
    const first = await seeded.apply([4, 4]).data();
    expect(await seeded.apply([4, 4]).data()).toEqual(first);
  }
  const free = new LecunNormal();
  const draws = async (): Promise<unknown[]> => [
    await free.apply([4, 4]).data(),
    await new Orthogonal().apply([4, 4]).data(),
  ];
  setSeed(1);
  const first = await draws();
  expect(await draws()).not.toEqual(first);
  setSeed(1);
  expect(await draws()).toEqual(first);
});

test('layers begin alike after the same seed, and unlike without', async () => {
  const kernel = async (): Promise<unknown> => {
    const layer = new Dense(3);
    layer.apply(zeros([1, 4]));
    return layer.weights[0]!.value.data();
  };
  setSeed(5);
  const first = await kernel();
  expect(await kernel()).not.toEqual(first);
  setSeed(5);
  expect(await kernel()).toEqual(first);
});

test('names, class names and JSON lead to the same initializer', () => {
  const json = { type: 'HeNormal', config: { seed: null } };
  for (const like of ['heNormal', 'HeNormal', json, new HeNormal()] as const) {
    expect(initializerFrom(like)).toBeInstanceOf(HeNormal);
    expect(initializerFrom(like).toJSON()).toEqual(json);
  }
});
