// The inner part of every matrix product and convolution: panels of A times panels of B, one register tile at a time.
// Rows of the result are found through a table of addresses, so that a convolution may scatter them; what the tiles start
// from (zero, a bias, or the result so far) is chosen by selecting an address, never by a branch on the way out.

import {
  type Expr,
  type FunctionRef,
  f32,
  f32x4,
  i32,
  type ModuleBuilder,
  madd,
  type Statement,
  select,
  v128,
} from '../wasm/index.ts';
import { min } from './arithmetic.ts';
import type { KernelOptions } from './kernel.ts';

const MULTIPLY = {
  /** Packed panels of A, `tile.rows` wide. */
  a: 'i32',
  /** First panel of B, bytes between its steps along the summed axis, bytes between panels. */
  b: 'i32',
  step: 'i32',
  panel: 'i32',
  /** Addresses of the rows of the result; whole panels of them, the surplus pointing at a sink. */
  rows: 'i32',
  /** Bytes from the row addresses to the first column. */
  shift: 'i32',
  panels: 'i32',
  columns: 'i32',
  depth: 'i32',
  /** Start from the result so far; else from the bias, else (address 0) from zero. */
  accumulate: 'i32',
  bias: 'i32',
  /** 1 takes the maximum with 0 in the end. */
  relu: 'i32',
  scratch: 'i32',
} as const;

/** Multiplies packed panels into rows of the result. */
export type MultiplyFunction = FunctionRef<typeof MULTIPLY, 'void'>;

/** Bytes of the scratch that {@link multiplyPanels} and its callers use: a tile, and zeros to start from. */
export function tileScratchBytes({ tile }: KernelOptions): number {
  return (tile.rows + 1) * tile.columns * 4;
}

const zeroOffset = ({ tile }: KernelOptions): number => tile.rows * tile.columns * 4;

/** Statements that prepare the scratch: zeros everywhere, in the tile for the lanes of ragged ones that nobody writes. */
export function prepareScratch(scratch: Expr<'i32'>, options: KernelOptions): Statement[] {
  const vectors = Array.from({ length: tileScratchBytes(options) / 16 }, (_, i) => i * 16);
  return vectors.map((at) => v128.store(scratch, f32x4.const(0), at));
}

/** The function that multiplies panels, one per module. */
export function multiplyPanels(module: ModuleBuilder, options: KernelOptions): MultiplyFunction {
  const { rows: height, columns: width } = options.tile;
  const vectors = width / 4;
  const fused = madd(options.relaxed);
  return module.once('multiplyPanels', () =>
    module.function('multiplyPanels', MULTIPLY, (f, p) => {
      const b = f.local('i32');
      const a = f.local('i32');
      const k = f.local('i32');
      const base = f.let(select(p.bias, p.bias, i32.add(p.scratch, zeroOffset(options))));
      const baseStep = f.let(select(p.bias, i32.const(width * 4), i32.const(0)));
      f.while(i32.gtS(p.columns, 0), () => {
        const lanes = f.let(min(p.columns, width));
        const ragged = f.let(i32.ltS(lanes, width));
        const row = f.let(p.rows);
        const panels = f.let(p.panels);
        f.set(a, p.a);
        f.while(panels, () => {
          const target = lines(height, (i) => f.let(i32.add(i32.load(row, i * 4), p.shift)));
          const start = target.map((line) => f.let(select(p.accumulate, line, base)));
          const output = target.map((line) => f.let(line));
          f.if(ragged, () => {
            start.forEach((line, i) => {
              const tile = f.let(i32.add(p.scratch, i * width * 4));
              f.for(0, i32.shl(lanes, 2), 4, (at) => f.emit(f32.store(i32.add(tile, at), f32.load(i32.add(line, at)))));
              f.set(line, tile);
              f.set(output[i]!, tile);
            });
          });
          const sums = start.map((line) => lines(vectors, (j) => f.let(v128.load(line, j * 16))));
          f.set(b, p.b);
          f.set(k, p.depth);
          f.while(k, () => {
            const right = lines(vectors, (j) => f.let(v128.load(b, j * 16)));
            sums.forEach((row, i) => {
              const left = f.let(v128.load32Splat(a, i * 4));
              row.forEach((sum, j) => {
                f.set(sum, fused(left, right[j]!, sum));
              });
            });
            f.increment(a, height * 4);
            f.increment(b, p.step);
            f.increment(k, -1);
          });
          for (const [i, line] of sums.entries()) {
            f.emit(...line.map((sum, j) => v128.store(output[i]!, sum, j * 16)));
          }
          // A second pass: engines that pair stores into wider ones want the first to have nothing but sums.
          f.if(p.relu, () => {
            for (const line of output) {
              f.emit(...lines(vectors, (j) => v128.store(line, f32x4.pmax(v128.load(line, j * 16), 0), j * 16)));
            }
          });
          f.if(ragged, () => {
            target.forEach((line, i) => {
              f.for(0, i32.shl(lanes, 2), 4, (at) =>
                f.emit(f32.store(i32.add(line, at), f32.load(i32.add(output[i]!, at)))),
              );
            });
          });
          f.increment(row, height * 4);
          f.increment(panels, -1);
        });
        f.increment(p.b, p.panel);
        f.increment(p.shift, width * 4);
        f.set(base, i32.add(base, baseStep));
        f.increment(p.columns, -width);
      });
    }),
  );
}

function lines<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
