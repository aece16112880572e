import { describe, expect, it } from 'vitest';
import { type TileName, type TileSize, winogradMatrices } from '../../src/kernels/winograd/matrices.ts';
import { matrixTimes } from '../../src/kernels/winograd/matrix-vectors.ts';
import { ModuleBuilder, v128 } from '../../src/wasm/index.ts';
import { runner, SETTINGS } from './harness.ts';
import { type ConvShape, KERNELS, planConv, planConvInputGradient, planConvKernelGradient } from './kernels.ts';

const times = (matrix: readonly (readonly number[])[], values: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * values[i]!, 0));

describe.each([2, 4] as const)('tiles of %i', (size: TileSize) => {
  const { input, kernel, output, slope, taps } = winogradMatrices(size);
  const pixels = Array.from({ length: size + 2 }, (_, i) => Math.sin(i + 1));
  const filter = (length: number): number[] => Array.from({ length }, (_, i) => Math.cos(3 * i + 1));

  it.each([
    ['a kernel of three taps', kernel, output, filter(3)],
    ['gradients of outputs', slope, taps, filter(size)],
  ])('filter by %s', (_, before, after, weights) => {
    const spread = times(before, weights);
    const found = times(
      after,
      times(input, pixels).map((value, i) => value * spread[i]!),
    );
    const expected = after.map((_, at) => weights.reduce((sum, weight, i) => sum + weight * pixels[at + i]!, 0));
    for (const [i, value] of expected.entries()) expect(found[i]!).toBeCloseTo(value, 6);
  });

  it.each(Object.entries({ input, kernel, output, slope, taps }))('multiply by the matrix "%s"', (_, matrix) => {
    const module = new ModuleBuilder({ initial: 1, shared: false });
    const fn = module.function('product', {}, (f) => {
      const values = matrix[0]!.map((_, i) => f.let(v128.load(i * 16, 0)));
      for (const [i, value] of matrixTimes(f, false, matrix, values).entries()) f.emit(v128.store(256 + i * 16, value));
    });
    module.export(fn);
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
    const floats = new Float32Array(memory.buffer);
    const values = matrix[0]!.map((_, i) => i * 3 + 1);
    for (const [i, value] of values.entries()) floats[i * 4] = value;
    (exports['product'] as () => void)();
    for (const [i, value] of times(matrix, values).entries())
      expect(floats[64 + i * 4]! / value || 1).toBeCloseTo(1, 5);
  });
});

/** Uniform in [-1, 1), 24 random bits. */
function uniform(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >> 8) / 2 ** 23;
  });
}

function shapeOf(batch: number, size: number, channels: number, filters: number): ConvShape {
  const around = [
    [1, 1],
    [1, 1],
  ] as const;
  const plane = { batch, input: [size, size], kernel: [3, 3], channels, filters, padding: around };
  return { ...plane, strides: [1, 1], dilations: [1, 1], groups: 1 };
}

/** From one number to the next that is looked at, where all of them have so many terms. */
const stride = (terms: number): number => Math.ceil(terms / 400_000);

/** Half a unit in the last place of 1. */
const UNIT = 2 ** -24;

describe.each(SETTINGS)('rounding in tiles, relaxed: $relaxed', (options) => {
  const run = runner(KERNELS, options);

  it.each<[string, ConvShape, TileName]>([
    ['few channels', shapeOf(2, 12, 16, 16), '4x4'],
    ['many channels', shapeOf(1, 16, 256, 16), '4x4'],
    ['channels for several blocks', shapeOf(2, 8, 512, 96), '4x2'],
    ['a batch of digits', shapeOf(64, 28, 16, 16), '4x4'],
  ])('%s: stays within 32 units of the sum of all magnitudes', (_, shape, tiles) => {
    const { batch, input, channels, filters } = shape;
    const size = input[0]!;
    const [x, w] = [uniform(batch * size * size * channels, 1), uniform(9 * channels * filters, 2)];
    const dy = uniform(batch * size * size * filters, 3);
    const [y, dx, dw] = [dy.slice(), x.slice(), w.slice()];
    const plans = [
      planConv(shape, options),
      planConvInputGradient(shape, options),
      planConvKernelGradient(shape, options),
    ];
    const names = ['winograd', 'winograd', 'winogradKernelGradient'].map((name) => `${name}${tiles}`);
    expect(plans.map((plan) => plan.calls[0]!.kernel)).toEqual(names);
    run(plans[0]!, { x, w, y });
    run(plans[1]!, { dy, w, dx });
    run(plans[2]!, { x, dy, dw });

    /** Error over the sum of magnitudes, of one number. */
    const error = (found: number, terms: Iterable<number>): number => {
      let [sum, magnitude] = [0, 0];
      for (const term of terms) {
        sum += term;
        magnitude += Math.abs(term);
      }
      return Math.abs(found - sum) / magnitude;
    };
    const pixel = (n: number, i: number, j: number): number => (n * size + i) * size + j;
    const inside = (i: number): boolean => i >= 0 && i < size;
    function* around(n: number, i: number, j: number, side: 1 | -1): Generator<readonly [pixel: number, tap: number]> {
      for (let tap = 0; tap < 9; tap++) {
        const [a, b] = [i + side * (Math.floor(tap / 3) - 1), j + side * ((tap % 3) - 1)];
        if (inside(a) && inside(b)) yield [pixel(n, a, b), tap];
      }
    }
    const weight = (tap: number, c: number, o: number): number => w[(tap * channels + c) * filters + o]!;
    const worst = { y: 0, dx: 0, dw: 0 };
    for (let at = 0; at < y.length; at += stride(y.length * 9 * channels)) {
      const [o, place] = [at % filters, Math.floor(at / filters)];
      const [n, i, j] = [Math.floor(place / size / size), Math.floor(place / size) % size, place % size];
      const terms = [...around(n, i, j, 1)].flatMap(([from, tap]) =>
        Array.from({ length: channels }, (_, c) => x[from * channels + c]! * weight(tap, c, o)),
      );
      worst.y = Math.max(worst.y, error(y[at]!, terms));
    }
    for (let at = 0; at < dx.length; at += stride(dx.length * 9 * filters)) {
      const [c, place] = [at % channels, Math.floor(at / channels)];
      const [n, i, j] = [Math.floor(place / size / size), Math.floor(place / size) % size, place % size];
      const terms = [...around(n, i, j, -1)].flatMap(([from, tap]) =>
        Array.from({ length: filters }, (_, o) => dy[from * filters + o]! * weight(tap, c, o)),
      );
      worst.dx = Math.max(worst.dx, error(dx[at]!, terms));
    }
    for (let at = 0; at < dw.length; at += stride(dw.length * batch * size * size)) {
      const [o, row] = [at % filters, Math.floor(at / filters)];
      const [c, tap] = [row % channels, Math.floor(row / channels)];
      const terms = function* (): Generator<number> {
        for (let n = 0; n < batch; n++) {
          for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++) {
              const [a, b] = [i + Math.floor(tap / 3) - 1, j + (tap % 3) - 1];
              if (inside(a) && inside(b)) yield x[pixel(n, a, b) * channels + c]! * dy[pixel(n, i, j) * filters + o]!;
            }
          }
        }
      };
      worst.dw = Math.max(worst.dw, error(dw[at]!, terms()));
    }
    for (const value of Object.values(worst)) expect(value).toBeLessThan(32 * UNIT);
  });
});
