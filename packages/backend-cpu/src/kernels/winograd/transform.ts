import {
  type Expr,
  type FunctionBuilder,
  type FunctionRef,
  f32,
  f32x4,
  i32,
  i32x4,
  type Local,
  type ModuleBuilder,
  type ParamLocals,
  select,
  v128,
} from '../../wasm/index.ts';
import type { KernelOptions } from '../kernel.ts';
import { type Chunk, forEachChunk } from '../windows.ts';
import { type Matrix, type TileShape, type WinogradMatrices, winogradMatrices } from './matrices.ts';
import { matrixTimes } from './matrix-vectors.ts';

const TRANSFORM = {
  /** Table of the addresses of the pixels that go in, rows first; bytes from there to the first channel. */
  from: 'i32',
  fromShift: 'i32',
  /** The same of those that come out. */
  to: 'i32',
  toShift: 'i32',
  channels: 'i32',
  /** Rectangles to transform, and bytes from one to the next. */
  count: 'i32',
  fromStep: 'i32',
  toStep: 'i32',
  /** {@link TRANSFORM_SCRATCH} bytes. */
  scratch: 'i32',
} as const;

const RESULT = {
  /** What is added to each pixel, or address 0. */
  bias: 'i32',
  /** 1 takes the maximum with 0 in the end. */
  relu: 'i32',
} as const;

/** 1 adds to what is there. */
const SUM = { accumulate: 'i32' } as const;

const TRANSFORM_RESULT: typeof TRANSFORM & typeof RESULT = { ...TRANSFORM, ...RESULT };
const TRANSFORM_SUM: typeof TRANSFORM & typeof SUM = { ...TRANSFORM, ...SUM };
type Params = typeof TRANSFORM_RESULT & typeof TRANSFORM_SUM;

/** Vectors of channels at a time: engines that pair vectors into wider ones want two. */
const VECTORS = 2;

/** Up to so many pixels are transformed without loops. */
const FEW = 9;

/** For a single rectangle. */
export const ONCE = { count: 1, fromStep: 0, toStep: 0 } as const;

/** Bytes for what is transformed along one axis: tiles have at most 6 x 6 pixels. */
export const TRANSFORM_SCRATCH: number = 36 * VECTORS * 16;

/**
 * The function that computes `rows x pixels x columns^T` of a rectangle of pixels, for each channel. Both matrices are of one
 * kind, for the tile's rows and for its columns.
 */
export function transformTile(...to: Emission): FunctionRef<typeof TRANSFORM, 'void'> {
  return transform(TRANSFORM as Params, ...to);
}

/** The same on the way to the result: bias and ReLU follow. */
export function transformResult(...to: Emission): FunctionRef<typeof TRANSFORM_RESULT, 'void'> {
  return transform(TRANSFORM_RESULT as Params, ...to);
}

/** The same, added up. */
export function transformSum(...to: Emission): FunctionRef<typeof TRANSFORM_SUM, 'void'> {
  return transform(TRANSFORM_SUM as Params, ...to);
}

type Emission = [module: ModuleBuilder, options: KernelOptions, tile: TileShape, kind: keyof WinogradMatrices];

function transform(params: Params, ...[module, { relaxed }, tile, kind]: Emission): FunctionRef<Params, 'void'> {
  const [down, across] = [winogradMatrices(tile.rows)[kind], winogradMatrices(tile.columns)[kind]];
  const [height, width] = [down[0]!.length, across[0]!.length];
  const name = `winograd${tile.name}/${kind}`;
  return module.once(name, () =>
    module.function(name, params, (f, p) => {
      f.for(0, p.count, 1, () => {
        forEachChunk(
          f,
          p.channels,
          (at, chunk) => {
            const source = f.let(i32.add(p.fromShift, at));
            const target = f.let(i32.add(p.toShift, at));
            const finish = finishing(f, p, at, chunk);
            const bytes = chunk.vectors * 16;
            const halves = [...Array(chunk.vectors).keys()];
            type Halves = readonly Local<'v128'>[];
            const times = (matrix: Matrix, values: readonly Halves[]): Halves[] => {
              const products = halves.map((half) =>
                matrixTimes(
                  f,
                  relaxed,
                  matrix,
                  values.map((value) => value[half]!),
                ),
              );
              return matrix.map((_, i) => products.map((product) => product[i]!));
            };
            const column = (entry: Local<'i32'>, behind: number): Halves[] => {
              const pixels = lines(height, (y) => f.let(i32.add(i32.load(entry, behind + y * width * 4), source)));
              return times(
                down,
                pixels.map((pixel) => halves.map((half) => f.let(chunk.load(pixel, half)))),
              );
            };
            const row = (entry: Local<'i32'>, behind: number, values: readonly Halves[]): void => {
              for (const [x, value] of times(across, values).entries()) {
                const pixel = f.let(i32.add(i32.load(entry, behind + x * 4), target));
                for (const half of halves) f.emit(chunk.store(pixel, finish(value[half]!, pixel, half), half));
              }
            };
            if (height * width <= FEW) {
              const columns = lines(width, (x) => column(p.from, x * 4));
              for (const y of down.keys())
                row(
                  p.to,
                  y * across.length * 4,
                  columns.map((values) => values[y]!),
                );
              return;
            }
            // Loops, for engines that gather all loads of a block before its arithmetic have no registers for 36 pixels.
            const middle = f.let(p.scratch);
            f.forAddress(p.from, i32.add(p.from, width * 4), 4, (entry) => {
              for (const [y, value] of column(entry, 0).entries()) {
                for (const half of halves) f.emit(v128.store(middle, value[half]!, y * width * bytes + half * 16));
              }
              f.increment(middle, bytes);
            });
            f.set(middle, p.scratch);
            f.forAddress(p.to, i32.add(p.to, down.length * across.length * 4), across.length * 4, (entry) => {
              row(
                entry,
                0,
                lines(width, (x) => halves.map((half) => f.let(v128.load(middle, x * bytes + half * 16)))),
              );
              f.increment(middle, width * bytes);
            });
          },
          VECTORS,
        );
        f.increment(p.fromShift, p.fromStep);
        f.increment(p.toShift, p.toStep);
      });
    }),
  );
}

type Finish = (value: Local<'v128'>, pixel: Local<'i32'>, half: number) => Expr<'v128'>;

/** What is done to the numbers of a chunk on the way out. */
function finishing(f: FunctionBuilder, p: Partial<ParamLocals<Params>>, at: Local<'i32'>, chunk: Chunk): Finish {
  const { bias, relu, accumulate } = p;
  if (accumulate) {
    const mask = f.let(i32x4.splat(i32.sub(0, accumulate)));
    return (value, pixel, half) => f32x4.add(value, v128.and(chunk.load(pixel, half), mask));
  }
  if (!bias || !relu) return (value) => value;
  const floor = f.let(f32x4.splat(select(relu, f32.const(0), f32.const(Number.NEGATIVE_INFINITY))));
  const start = lines(chunk.vectors, () => f.let(f32x4.const(0)));
  f.if(bias, () => {
    for (const [half, value] of start.entries()) f.set(value, chunk.load(i32.add(bias, at), half));
  });
  return (value, _, half) => f32x4.pmax(f32x4.add(value, start[half]!), floor);
}

function lines<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
