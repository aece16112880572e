// What random layers do on average, and which elements share one draw.
import { ones, randomNormal } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import {
  AlphaDropout,
  GaussianDropout,
  GaussianNoise,
  type Layer,
  RReLU,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';

onReference();

const training = { training: true };

function moments(data: ArrayLike<number>): { mean: number; variance: number } {
  const values = Array.from(data);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length };
}

test.each<readonly [Layer, readonly number[]]>([
  [new SpatialDropout1D(0.5), [40, 3, 50]],
  [new SpatialDropout2D(0.5), [40, 2, 3, 50]],
  [new SpatialDropout3D(0.5), [40, 1, 2, 3, 50]],
])('SpatialDropout drops channels as a whole', async (layer, shape) => {
  const x = ones(shape);
  const y = layer.apply(x, training);
  const spatial = shape.slice(1, -1).map((_, i) => i + 1);
  expect(await y.max(spatial).data()).toEqual(await y.min(spatial).data());
  const { mean } = moments(await y.mean(spatial).data());
  // 2000 draws of 0 or 2: the standard error of the mean is 1 / sqrt(2000), 0.022.
  expect(Math.abs(mean - 1)).toBeLessThan(0.1);
  expect(await layer.apply(x).data()).toEqual(await x.data());
});

test('GaussianNoise and GaussianDropout have the variance they say', async () => {
  const noise = moments(await new GaussianNoise(0.5).apply(ones([10_000]), training).data());
  expect(noise.mean).toBeCloseTo(1, 1);
  expect(Math.abs(noise.variance - 0.25)).toBeLessThan(0.02);
  const dropout = moments(await new GaussianDropout(0.2).apply(ones([10_000]).mul(2), training).data());
  expect(dropout.mean).toBeCloseTo(2, 1);
  expect(Math.abs(dropout.variance - 4 * 0.25)).toBeLessThan(0.08);
  expect(() => new GaussianDropout(1)).toThrow(/from 0 to below 1/);
});

test('AlphaDropout keeps mean 0 and variance 1', async () => {
  const x = await randomNormal([20_000]).detach();
  const { mean, variance } = moments(await new AlphaDropout(0.3).apply(x, training).data());
  expect(Math.abs(mean)).toBeLessThan(0.05);
  expect(Math.abs(variance - 1)).toBeLessThan(0.06);
});

test('AlphaDropout: what is dropped is one value, what is kept is x stretched and shifted', async () => {
  const rate = 0.25;
  const floor = -1.7580993408473766;
  const a = 1 / Math.sqrt((1 - rate) * (1 + rate * floor ** 2));
  const b = -a * floor * rate;
  const found = new Set(await new AlphaDropout(rate).apply(ones([100]), training).data());
  const sorted = [...found].sort((p, q) => p - q);
  expect(sorted).toHaveLength(2);
  expect(sorted[0]).toBeCloseTo(a * floor + b, 5);
  expect(sorted[1]).toBeCloseTo(a + b, 5);
});

test('RReLU draws slopes while training and takes their mean otherwise', async () => {
  const layer = new RReLU(0.1, 0.3);
  const x = ones([5000]).neg();
  const drawn = await layer.apply(x, training).data();
  expect(Math.max(...drawn)).toBeLessThanOrEqual(-0.1);
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-0.3);
  expect(moments(drawn).mean).toBeCloseTo(-0.2, 2);
  expect((await layer.apply(x).data())[0]).toBeCloseTo(-0.2, 6);
});
