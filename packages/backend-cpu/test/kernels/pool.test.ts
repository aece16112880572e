import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose, runner, SETTINGS, values } from './harness.ts';
import {
  KERNELS,
  type PoolShape,
  planAvgPool,
  planAvgPoolGradient,
  planMaxPool,
  planMaxPoolGradient,
  planMaxPoolPick,
} from './kernels.ts';
import { flat, indices, outputSizes } from './naive.ts';

const run = runner(KERNELS, SETTINGS[0]!);

function naivePool(shape: PoolShape, x: Float32Array, dy: Float32Array, values: Float32Array) {
  const { batch, input, channels, window, strides, padding } = shape;
  const output = outputSizes({ ...shape, kernel: window, dilations: window.map(() => 1) });
  const size = output.reduce((a, b) => a * b, batch * channels);
  const [max, mean, picked] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const [dMax, dMean] = [new Float64Array(x.length), new Float64Array(x.length)];
  for (const out of indices([batch, ...output, channels])) {
    const to = flat(out, [batch, ...output, channels]);
    const cells: number[] = [];
    for (const tap of indices(window)) {
      const at = input.map((_, i) => out[i + 1]! * strides[i]! + tap[i]! - padding[i]![0]);
      if (at.every((value, i) => value >= 0 && value < input[i]!)) {
        cells.push(flat([out[0]!, ...at, out.at(-1)!], [batch, ...input, channels]));
      }
    }
    let best = cells[0];
    for (const cell of cells) {
      if (Number.isNaN(x[best!]!)) break;
      if (!(x[cell]! <= x[best!]!)) best = cell;
    }
    max[to] = best === undefined ? Number.NEGATIVE_INFINITY : x[best]!;
    picked[to] = best === undefined ? 0 : values[best]!;
    if (best !== undefined) dMax[best]! += dy[to]!;
    mean[to] = cells.reduce((sum, cell) => sum + x[cell]!, 0) / Math.max(1, cells.length);
    for (const cell of cells) dMean[cell]! += dy[to]! / cells.length;
  }
  return { max, mean, picked, dMax, dMean, size };
}

function check(shape: PoolShape, spoil: (x: Float32Array) => void = () => {}): void {
  const x = values(
    shape.input.reduce((a, b) => a * b, shape.batch * shape.channels),
    1,
  ).map((value) => Math.round(value * 4) + 0);
  spoil(x);
  const output = outputSizes({ ...shape, kernel: shape.window, dilations: shape.window.map(() => 1) });
  const dy = values(
    output.reduce((a, b) => a * b, shape.batch * shape.channels),
    2,
  );
  const others = values(x.length, 3);
  const truth = naivePool(shape, x, dy, others);
  const results = {
    max: new Float32Array(truth.size),
    mean: new Float32Array(truth.size),
    picked: new Float32Array(truth.size),
    dMax: new Float32Array(x.length).fill(7),
    dMean: new Float32Array(x.length).fill(7),
  };
  run(planMaxPool(shape), { x, y: results.max });
  run(planAvgPool(shape), { x, y: results.mean });
  run(planMaxPoolPick(shape), { x, values: others, y: results.picked });
  run(planMaxPoolGradient(shape), { x, dy, dx: results.dMax });
  run(planAvgPoolGradient(shape), { dy, dx: results.dMean });
  expect([...results.max]).toEqual([...truth.max]);
  expect([...results.picked]).toEqual([...truth.picked]);
  if (x.every(Number.isFinite)) expectClose(results.mean, truth.mean);
  expectClose(results.dMax, truth.dMax);
  expectClose(results.dMean, truth.dMean);
}

const axis = fc
  .record({
    input: fc.integer({ min: 1, max: 9 }),
    window: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    low: fc.integer({ min: 0, max: 2 }),
    high: fc.integer({ min: 0, max: 2 }),
  })
  .filter((a) => a.window <= a.input + a.low + a.high);

const shapes: fc.Arbitrary<PoolShape> = fc
  .record({
    axes: fc.array(axis, { minLength: 1, maxLength: 3 }),
    batch: fc.integer({ min: 0, max: 3 }),
    channels: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 10, max: 40 })),
  })
  .map(({ axes, batch, channels }) => ({
    ...{ batch, channels, input: axes.map((a) => a.input), window: axes.map((a) => a.window) },
    ...{ strides: axes.map((a) => a.stride), padding: axes.map((a) => [a.low, a.high] as const) },
  }));

describe('pools', () => {
  it('and their gradients agree with loops', () => {
    fc.assert(
      fc.property(shapes, (shape) => check(shape)),
      { numRuns: 200 },
    );
  });

  it('let NaN win, the first one', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), (shape, seed) =>
        check(shape, (x) => {
          for (let i = seed % 7; i < x.length; i += 5 + (seed % 11)) x[i] = Number.NaN;
        }),
      ),
      { numRuns: 50 },
    );
  });

  it('of two by two pixels side by side let NaN win, the first one, and know infinities', () => {
    const pairs = fc.record({
      input: fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 })),
      batch: fc.integer({ min: 1, max: 3 }),
      channels: fc.integer({ min: 1, max: 21 }),
    });
    const none = [0, 0] as const;
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    fc.assert(
      fc.property(pairs, fc.nat(), (shape, seed) =>
        check({ ...shape, window: [2, 2], strides: [2, 2], padding: [none, none] }, (x) => {
          for (let i = seed % 7; i < x.length; i += 1 + (seed % 11)) x[i] = odd[(i * 7 + seed) % (1 + (seed % 4))]!;
        }),
      ),
      { numRuns: 150 },
    );
  });

  it('find the first of equal maxima, infinities included', () => {
    check(
      {
        batch: 1,
        input: [6, 6],
        window: [2, 2],
        strides: [2, 2],
        channels: 5,
        padding: [
          [0, 0],
          [0, 0],
        ],
      },
      (x) => x.fill(Number.NEGATIVE_INFINITY),
    );
  });
});
