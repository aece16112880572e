import { compile, ones, setSeed, type Tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { Dropout } from '../src/index.ts';
import { onReference } from './kit.ts';

onReference();

test('drops the share it is told to, and keeps the mean', async () => {
  const y = await new Dropout(0.3).apply(ones([100, 100]), { training: true }).data();
  const dropped = y.filter((value: number) => value === 0).length / y.length;
  // Five standard errors of 10,000 draws.
  expect(Math.abs(dropped - 0.3)).toBeLessThan(5 * Math.sqrt(0.21 / 10_000));
  for (const value of new Set(y)) if (value !== 0) expect(value).toBeCloseTo(1 / 0.7, 6);
});

test('rates 0 and 1', async () => {
  expect(await new Dropout(0).apply(ones([3]), { training: true }).array()).toEqual([1, 1, 1]);
  expect(await new Dropout(1).apply(ones([3]), { training: true }).array()).toEqual([0, 0, 0]);
});

test('one mask along the axes of size 1', async () => {
  const y = new Dropout(0.5, { noiseShape: [null, 1, null] }).apply(ones([8, 6, 4]), { training: true });
  const [first, ...others] = await Promise.all([0, 1, 5].map((at) => y.slice([0, at, 0], [8, 1, 4]).data()));
  for (const other of others) expect(other).toEqual(first);
  expect(new Set(first)).toEqual(new Set([0, 2]));
});

test('a new mask at each run of a compiled step, the same ones after the same seed', async () => {
  const layer = new Dropout(0.5);
  const step = compile((x: Tensor) => layer.apply(x, { training: true }));
  const run = async (): Promise<unknown> => (await step(ones([64]))).data();
  setSeed(2);
  const [first, second] = [await run(), await run()];
  expect(second).not.toEqual(first);
  setSeed(2);
  expect([await run(), await run()]).toEqual([first, second]);
  expect(step.stats.traces).toBe(1);
});
