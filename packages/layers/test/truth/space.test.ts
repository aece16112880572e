// Pools, paddings, crops and sizes, against loops over every cell in float64.
import { fromData, type Tensor, tensor } from '@nablajs/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  CenterCrop,
  Cropping2D,
  type Interpolation,
  LPPooling1D,
  MaxUnpooling2D,
  Padding1D,
  Permute,
  Rescaling,
  Resizing,
  UpSampling1D,
  UpSampling2D,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, places, reader, waves } from './close.ts';

onReference();

function line(...values: number[]): Tensor {
  return fromData(Float32Array.from(values), [1, values.length, 1]);
}

test('adaptive pools: PyTorch’s windows, whatever the sizes', async () => {
  const size = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(size, size, async (cells, wanted) => {
      const x = waves(cells);
      const windows = Array.from({ length: wanted }, (_, i) =>
        Array.from(x.slice(Math.floor((i * cells) / wanted), Math.ceil(((i + 1) * cells) / wanted))),
      );
      const means = windows.map((window) => window.reduce((a, b) => a + b, 0) / window.length);
      await expectValues(new AdaptiveAveragePooling1D(wanted).apply(line(...x)), means);
      const largest = windows.map((window) => Math.max(...window));
      await expectValues(new AdaptiveMaxPooling1D(wanted).apply(line(...x)), largest);
    }),
    { numRuns: 30 },
  );
});

test('adaptive pools of images: windows are rectangles', async () => {
  const x = waves(5 * 7 * 2);
  const at = reader(x, [5, 7, 2]);
  const input = fromData(x, [1, 5, 7, 2]);
  const cells = (i: number, j: number, c: number): number[] => {
    const found: number[] = [];
    for (let row = Math.floor((i * 5) / 2); row < Math.ceil(((i + 1) * 5) / 2); row++) {
      for (let column = Math.floor((j * 7) / 3); column < Math.ceil(((j + 1) * 7) / 3); column++) {
        found.push(at(row, column, c));
      }
    }
    return found;
  };
  const windows = places([2, 3, 2]).map(([i, j, c]) => cells(i!, j!, c!));
  const largest = windows.map((window) => Math.max(...window));
  await expectValues(new AdaptiveMaxPooling2D([2, 3]).apply(input), largest, 0);
  const means = windows.map((window) => window.reduce((a, b) => a + b, 0) / window.length);
  await expectValues(new AdaptiveAveragePooling2D([2, 3]).apply(input), means);
});

test('paddings, as PyTorch’s documentation shows them', async () => {
  const padded = (mode: 'reflect' | 'replicate' | 'circular', padding: [number, number]): Tensor =>
    new Padding1D(padding, { mode }).apply(line(0, 1, 2, 3));
  await expectValues(padded('reflect', [2, 2]), [2, 1, 0, 1, 2, 3, 2, 1], 0);
  await expectValues(padded('reflect', [3, 1]), [3, 2, 1, 0, 1, 2, 3, 2], 0);
  await expectValues(padded('replicate', [3, 1]), [0, 0, 0, 0, 1, 2, 3, 3], 0);
  await expectValues(padded('circular', [3, 1]), [1, 2, 3, 0, 1, 2, 3, 0], 0);
  expect(() => padded('reflect', [4, 0])).toThrow(/cannot add 4 cells by 'reflect' to an axis of 4. Add at most 3/);
  expect(() => padded('circular', [5, 0])).toThrow(/Add at most 4/);
});

test('Cropping2D and CenterCrop keep the cells they should', async () => {
  const x = fromData(
    Float32Array.from({ length: 20 }, (_, i) => i),
    [1, 4, 5, 1],
  );
  await expectValues(
    new Cropping2D([
      [1, 0],
      [2, 1],
    ]).apply(x),
    [7, 8, 12, 13, 17, 18],
    0,
  );
  await expectValues(new CenterCrop(2, 3).apply(x), [6, 7, 8, 11, 12, 13], 0);
  expect(() => new Cropping2D(2).apply(x)).toThrow(/leaves nothing of \[4, 5\]/);
});

test('Permute counts axes from 1', async () => {
  const x = fromData(waves(24), [2, 3, 4]);
  const at = reader(waves(24), [2, 3, 4]);
  await expectValues(
    new Permute([2, 1]).apply(x),
    places([2, 4, 3]).map(([b, i, j]) => at(b!, j!, i!)),
    0,
  );
});

// Weights of a kernel at half-pixel centres, cut at the border and scaled to 1, written down again from the definition.
const KERNELS: Readonly<Record<Exclude<Interpolation, 'nearest'>, (t: number) => number>> = {
  bilinear: (t) => Math.max(0, 1 - Math.abs(t)),
  bicubic: (t) => {
    const [a, d] = [-0.5, Math.abs(t)];
    if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
    return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
  },
  lanczos3: (t) => (Math.abs(t) < 3 ? sinc(t) * sinc(t / 3) : 0),
  lanczos5: (t) => (Math.abs(t) < 5 ? sinc(t) * sinc(t / 5) : 0),
};

function sinc(t: number): number {
  return t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
}

test.each(Object.keys(KERNELS) as Exclude<Interpolation, 'nearest'>[])('Resizing by %s', async (interpolation) => {
  const kernel = KERNELS[interpolation];
  for (const [cells, wanted, antialias] of [
    [4, 7, false],
    [7, 3, false],
    [9, 4, true],
    [4, 8, true],
  ] as const) {
    const x = waves(cells);
    const spread = antialias ? Math.max(1, cells / wanted) : 1;
    const expected = Array.from({ length: wanted }, (_, i) => {
      const centre = ((i + 0.5) * cells) / wanted - 0.5;
      const weights = Array.from(x, (_, cell) => kernel((cell - centre) / spread));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.reduce((sum, weight, cell) => sum + (weight / total) * x[cell]!, 0);
    });
    const layer = new Resizing(1, wanted, { interpolation, antialias });
    await expectValues(layer.apply(fromData(x, [1, 1, cells, 1])), expected);
  }
});

test('Resizing in proportion: cut off, or with borders', async () => {
  const x = fromData(
    Float32Array.from({ length: 8 }, (_, i) => i),
    [1, 2, 4, 1],
  );
  const nearest = { interpolation: 'nearest' } as const;
  await expectValues(new Resizing(2, 2, { ...nearest, cropToAspectRatio: true }).apply(x), [1, 2, 5, 6], 0);
  const framed = new Resizing(4, 4, { ...nearest, padToAspectRatio: true, fillValue: -1 }).apply(x);
  await expectValues(framed, [-1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, -1, -1, -1, -1], 0);
});

test('UpSampling repeats cells', async () => {
  await expectValues(new UpSampling1D(3).apply(line(1, 2)), [1, 1, 1, 2, 2, 2], 0);
  const x = fromData(Float32Array.of(1, 2, 3, 4), [1, 2, 2, 1]);
  await expectValues(new UpSampling2D([1, 2]).apply(x), [1, 1, 2, 2, 3, 3, 4, 4], 0);
});

test('images of whole numbers become floats', async () => {
  const x = tensor([[[[0], [255]]]], 'int32');
  await expectValues(new Rescaling(1 / 127.5, -1).apply(x), [-1, 1]);
  expect(new Resizing(2, 2).apply(x).dtype).toBe('float32');
  await expectValues(new Rescaling([2, 3], { offset: [1, 0] }).apply(tensor([[1, 2]])), [3, 6]);
});

test('LPPooling: norms of windows', async () => {
  const layer = new LPPooling1D(2, 3, { strides: 2 });
  await expectValues(layer.apply(line(3, 0, -4, 12, 5)), [5, Math.hypot(4, 12, 5)]);
  await expectValues(new LPPooling1D(1).apply(line(1, -2, 3, 4)), [3, 7]);
});

test('MaxUnpooling puts values where the maxima were', async () => {
  const x = fromData(Float32Array.of(1, 5, 2, 3, 9, 8, 7, 6), [1, 2, 4, 1]);
  const y = fromData(Float32Array.of(10, 20), [1, 1, 2, 1]);
  await expectValues(new MaxUnpooling2D(2).apply([y, x]), [0, 0, 0, 0, 10, 0, 20, 0], 0);
  expect(() => new MaxUnpooling2D(2).apply([x, x])).toThrow(/leaves other sizes than \[1, 2, 4, 1\]/);
});
