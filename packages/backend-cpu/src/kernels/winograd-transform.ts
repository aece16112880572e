import { type FunctionRef, f32, f32x4, i32, type ModuleBuilder, select, v128 } from '../wasm/index.ts';
import type { KernelOptions } from './kernel.ts';
import { forEachChunk } from './windows.ts';
import type { Matrix } from './winograd-matrices.ts';
import { matrixTimes } from './winograd-product.ts';

const TRANSFORM = {
  /** Table of the addresses of the pixels that go in, rows first; bytes from there to the first channel. */
  from: 'i32',
  fromShift: 'i32',
  /** The same of those that come out. */
  to: 'i32',
  toShift: 'i32',
  channels: 'i32',
  /** {@link TRANSFORM_SCRATCH} bytes. */
  scratch: 'i32',
} as const;

const RESULT = {
  /** What is added to each pixel, or address 0. */
  bias: 'i32',
  /** 1 takes the maximum with 0 in the end. */
  relu: 'i32',
} as const;
const TRANSFORM_RESULT: typeof TRANSFORM & typeof RESULT = { ...TRANSFORM, ...RESULT };

/** Vectors of channels at a time: engines that pair vectors into wider ones want two. */
const VECTORS = 2;

/** Bytes for what is transformed along one axis: tiles have at most 6 x 6 pixels. */
export const TRANSFORM_SCRATCH: number = 36 * VECTORS * 16;

/** The function that computes `matrix x pixels x matrix^T` of a square of pixels, for each channel. */
export function transformTile(
  module: ModuleBuilder,
  options: KernelOptions,
  name: string,
  matrix: Matrix,
): FunctionRef<typeof TRANSFORM, 'void'> {
  return transform(module, options, name, matrix, false);
}

/** The same on the way out: bias and ReLU follow. */
export function transformResult(
  module: ModuleBuilder,
  options: KernelOptions,
  name: string,
  matrix: Matrix,
): FunctionRef<typeof TRANSFORM_RESULT, 'void'> {
  return transform(module, options, name, matrix, true);
}

function transform(
  module: ModuleBuilder,
  { relaxed }: KernelOptions,
  name: string,
  matrix: Matrix,
  result: boolean,
): FunctionRef<typeof TRANSFORM_RESULT, 'void'> {
  const [outputs, inputs] = [matrix.length, matrix[0]!.length];
  const params = (result ? TRANSFORM_RESULT : TRANSFORM) as typeof TRANSFORM_RESULT;
  return module.once(name, () =>
    module.function(name, params, (f, p) => {
      const floor = result
        ? f.let(f32x4.splat(select(p.relu, f32.const(0), f32.const(Number.NEGATIVE_INFINITY))))
        : undefined;
      forEachChunk(
        f,
        p.channels,
        (at, chunk) => {
          const bytes = chunk.vectors * 16;
          const halves = [...Array(chunk.vectors).keys()];
          const source = f.let(i32.add(p.fromShift, at));
          const target = f.let(i32.add(p.toShift, at));
          const middle = f.let(p.scratch);
          // Loops, for engines that gather all loads of a block before its arithmetic have no registers for 36 pixels.
          f.forAddress(p.from, i32.add(p.from, inputs * 4), 4, (entry) => {
            const pixels = rows(inputs, (y) => f.let(i32.add(i32.load(entry, y * inputs * 4), source)));
            const values = pixels.map((pixel) => halves.map((half) => f.let(chunk.load(pixel, half))));
            const columns = halves.map((half) =>
              matrixTimes(
                f,
                relaxed,
                matrix,
                values.map((row) => row[half]!),
              ),
            );
            for (let y = 0; y < outputs; y++) {
              for (const half of halves) f.emit(v128.store(middle, columns[half]![y]!, y * inputs * bytes + half * 16));
            }
            f.increment(middle, bytes);
          });
          f.set(middle, p.scratch);
          const start = halves.map(() => f.local('v128'));
          if (result) {
            for (const half of halves) f.set(start[half]!, f32x4.const(0));
            f.if(p.bias, () => {
              for (const half of halves) f.set(start[half]!, chunk.load(i32.add(p.bias, at), half));
            });
          }
          f.forAddress(p.to, i32.add(p.to, outputs * outputs * 4), outputs * 4, (entry) => {
            const values = rows(inputs, (x) => halves.map((half) => f.let(v128.load(middle, x * bytes + half * 16))));
            const across = halves.map((half) =>
              matrixTimes(
                f,
                relaxed,
                matrix,
                values.map((row) => row[half]!),
              ),
            );
            for (let x = 0; x < outputs; x++) {
              const pixel = f.let(i32.add(i32.load(entry, x * 4), target));
              for (const half of halves) {
                const value = across[half]![x]!;
                const shown = floor ? f32x4.pmax(f32x4.add(value, start[half]!), floor) : value;
                f.emit(chunk.store(pixel, shown, half));
              }
            }
            f.increment(middle, inputs * bytes);
          });
        },
        VECTORS,
      );
    }),
  );
}

function rows<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
