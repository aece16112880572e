// Fractional pools against the rule of the paper, worked out by hand and by plain loops.
import { reference } from '@nablajs/backend-reference';
import { arange, setBackend, setSeed, type Tensor } from '@nablajs/tensor';
import { beforeAll, expect, it } from 'vitest';
import { FractionalMaxPooling1D, FractionalMaxPooling2D } from '../../src/index.ts';

beforeAll(() => setBackend(reference()));

const steps = (count: number): Tensor => arange(0, count, 1, 'float32').add(1).reshape([1, count, 1]);

it('at rest: starts at half a step', async () => {
  // A step of (10 - 2) / 3 = 8/3: starts floor(4/3) - 1 = 0, floor(4) - 1 = 3, floor(20/3) - 1 = 5, and 8. Values rise, so
  // that the largest of each window is its second.
  const layer = new FractionalMaxPooling1D(2, { outputSize: 4 });
  expect([...(await layer.apply(steps(10)).data())]).toEqual([2, 5, 7, 10]);
});

it('while training: every draw is one of the rule, and different draws occur', async () => {
  setSeed(3);
  const layer = new FractionalMaxPooling1D(2, { outputRatio: 0.45 });
  const [cells, places, window] = [20, 9, 2];
  const step = (cells - window) / (places - 1);
  const possible = new Set(
    Array.from({ length: 4096 }, (_, i) => {
      const shift = (i + 0.5) / 4096;
      const starts = Array.from(
        { length: places - 1 },
        (_, k) => Math.floor((k + shift) * step) - Math.floor(shift * step),
      );
      return [...starts, cells - window].map((start) => start + window).join();
    }),
  );
  const seen = new Set<string>();
  for (let i = 0; i < 40; i++) seen.add([...(await layer.apply(steps(cells), { training: true }).data())].join());
  for (const found of seen) expect(possible).toContain(found);
  expect(seen.size).toBeGreaterThan(2);
});

it('one window is the last, and what cannot be is said', () => {
  const x = steps(6).reshape([1, 6, 1, 1]);
  expect(() => new FractionalMaxPooling2D(2, {})).toThrow(
    'FractionalMaxPooling2D: give either outputSize or outputRatio, such as outputRatio: 0.7.',
  );
  expect(() => new FractionalMaxPooling2D(2, { outputRatio: 1 })).toThrow('outputRatio must be above 0 and below 1');
  expect(() => new FractionalMaxPooling2D([2, 1], { outputSize: [6, 1] }).apply(x)).toThrow(
    'an axis of 6 has room for 1 to 5 different windows of 2, not for 6.',
  );
});
