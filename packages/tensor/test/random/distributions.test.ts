// Moments and ranges of what is drawn. Bounds are at least five standard errors wide, for fixed seeds.
import { reference } from '@nablajs/backend-reference';
import {
  ConfigError,
  randomBernoulli,
  randomBits,
  randomInteger,
  randomNormal,
  randomUniform,
  setBackend,
  setSeed,
  truncatedNormal,
} from '@nablajs/tensor';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));
beforeEach(() => setSeed(7));

const COUNT = 20_000;

interface Moments {
  readonly mean: number;
  readonly variance: number;
  readonly skew: number;
  readonly kurtosis: number;
  readonly min: number;
  readonly max: number;
}

function momentsOf(values: ArrayLike<number>): Moments {
  const list = Array.from(values);
  const average = (f: (x: number) => number): number => list.reduce((sum, x) => sum + f(x), 0) / list.length;
  const mean = average((x) => x);
  const variance = average((x) => (x - mean) ** 2);
  return {
    mean,
    variance,
    skew: average((x) => ((x - mean) / Math.sqrt(variance)) ** 3),
    kurtosis: average((x) => ((x - mean) / Math.sqrt(variance)) ** 4),
    min: list.reduce((a, b) => Math.min(a, b)),
    max: list.reduce((a, b) => Math.max(a, b)),
  };
}

test('bits: 24 of them, each one half the time', async () => {
  const bits = await randomBits([COUNT]).data();
  expect(momentsOf(bits).max).toBeLessThan(2 ** 24);
  expect(momentsOf(bits).min).toBeGreaterThanOrEqual(0);
  for (let bit = 0; bit < 24; bit++) {
    const ones = Array.from(bits).reduce((sum, word) => sum + ((word >> bit) & 1), 0);
    expect(Math.abs(ones / COUNT - 0.5)).toBeLessThan(0.018);
  }
});

test('uniform: mean 1/2, variance 1/12, all in [0, 1)', async () => {
  const m = momentsOf(await randomUniform([COUNT]).data());
  expect(m.mean).toBeCloseTo(0.5, 1.9);
  expect(m.variance).toBeCloseTo(1 / 12, 2);
  expect(m.min).toBeGreaterThanOrEqual(0);
  expect(m.max).toBeLessThan(1);
});

test('uniform between bounds', async () => {
  const m = momentsOf(await randomUniform([COUNT], { minval: -3, maxval: 5 }).data());
  expect(Math.abs(m.mean - 1)).toBeLessThan(0.09);
  expect(Math.abs(m.variance - 64 / 12)).toBeLessThan(0.2);
  expect(m.min).toBeGreaterThanOrEqual(-3);
  expect(m.max).toBeLessThanOrEqual(5);
});

test('normal: four moments', async () => {
  const m = momentsOf(await randomNormal([COUNT]).data());
  expect(Math.abs(m.mean)).toBeLessThan(0.036);
  expect(Math.abs(m.variance - 1)).toBeLessThan(0.05);
  expect(Math.abs(m.skew)).toBeLessThan(0.09);
  expect(Math.abs(m.kurtosis - 3)).toBeLessThan(0.18);
  const shifted = momentsOf(await randomNormal([COUNT], { mean: 10, stddev: 0.5 }).data());
  expect(Math.abs(shifted.mean - 10)).toBeLessThan(0.018);
  expect(Math.abs(shifted.variance - 0.25)).toBeLessThan(0.0125);
});

test('truncated normal: within two deviations, with the variance that is left', async () => {
  const m = momentsOf(await truncatedNormal([COUNT], { mean: 1, stddev: 2 }).data());
  expect(m.min).toBeGreaterThanOrEqual(1 - 4 - 1e-5);
  expect(m.max).toBeLessThanOrEqual(1 + 4 + 1e-5);
  expect(Math.abs(m.mean - 1)).toBeLessThan(0.063);
  // Var[x | |x| < 2] = 1 - 2 * 2 phi(2) / (2 Phi(2) - 1) = 0.7737 of the untruncated one.
  expect(Math.abs(m.variance / 4 - 0.7737)).toBeLessThan(0.03);
});

test('bernoulli: as often as asked', async () => {
  for (const p of [0, 0.1, 0.5, 0.9, 1]) {
    const { mean } = momentsOf(await randomBernoulli([COUNT], p).data());
    expect(Math.abs(mean - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / COUNT));
  }
  expect(randomBernoulli([3], 0.5).dtype).toBe('bool');
});

describe('integers', () => {
  test('each equally often, none outside', async () => {
    const data = await randomInteger([COUNT], -2, 5).data();
    const counts = new Map<number, number>();
    for (const x of data) counts.set(x, (counts.get(x) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3, 4]);
    for (const count of counts.values()) expect(Math.abs(count / COUNT - 1 / 7)).toBeLessThan(0.0125);
  });

  test.each([1, 2, 3, 10, 1000, 4095, 4096, 4097, 1_000_003, 2 ** 24 - 1, 2 ** 24])(
    'below %i: floor(bits * count / 2^24), exactly',
    async (count) => {
      setSeed(3);
      const bits = await randomBits([500]).data();
      setSeed(3);
      const found = await randomInteger([500], 0, count).data();
      expect([...found]).toEqual(Array.from(bits, (b) => Number((BigInt(b) * BigInt(count)) >> 24n)));
    },
  );
});

test('the same seed gives the same values; another seed, draw or element others', async () => {
  setSeed(1);
  const first = await randomUniform([16]).data();
  const second = await randomUniform([16]).data();
  setSeed(1);
  expect(await randomUniform([16]).data()).toEqual(first);
  setSeed(2);
  const other = await randomUniform([16]).data();
  const all = [...first, ...second, ...other];
  expect(new Set(all).size).toBe(all.length);
});

test('values do not depend on when or in which order they are computed', async () => {
  setSeed(1);
  const [a, b] = [randomUniform([4]), randomNormal([4])];
  const [late, early] = [await b.data(), await a.data()];
  setSeed(1);
  expect(await randomUniform([4]).data()).toEqual(early);
  expect(await randomNormal([4]).data()).toEqual(late);
});

test('uniform bits of a seed are what the generator says, so that they can never change unnoticed', async () => {
  const { randomWords } = await import('@nablajs/tensor');
  setSeed(1234);
  const values = await randomUniform([5]).data();
  expect([...values]).toEqual(Array.from(randomWords([1234, 0], 0, 5), (word) => (word >>> 8) / 2 ** 24));
});

test('options that cannot work are refused', () => {
  expect(() => randomUniform([2], { minval: 3, maxval: 1 })).toThrow(ConfigError);
  expect(() => randomBernoulli([2], 1.5)).toThrow('the probability must lie in [0, 1], got 1.5');
  expect(() => randomInteger([2], 5, 5)).toThrow('got 5 and 5');
  expect(() => randomInteger([2], 0.5, 5)).toThrow(ConfigError);
  expect(() => randomInteger([2], 0, 2 ** 25)).toThrow(ConfigError);
});
