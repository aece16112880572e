import { type Expr, f32x4, i32, madd, v128 } from '../../wasm/index.ts';
import { element, min } from '../arithmetic.ts';
import { defineKernel, type Kernel } from '../kernel.ts';
import { type Chunk, forEachChunk } from '../windows.ts';
import { ROW_UNIT } from './matmul.ts';

/** The arguments of {@link row}. */
export type RowParams = typeof ROW;

const ROW = {
  /** k floats next to each other. */
  a: 'i32',
  /** `[k, n]`. */
  b: 'i32',
  c: 'i32',
  n: 'i32',
  k: 'i32',
  /** n floats to start from, or address 0. */
  bias: 'i32',
  /** 1 takes the maximum with 0 in the end. */
  relu: 'i32',
} as const;

/** Columns whose sums stay in the first-level cache while their part of B goes by. */
const BLOCK = 1024;
/** Rows of B that are added in one sweep over the sums. */
const ROWS = 4;

/**
 * One row times a matrix: `c[n] = start + a[k] b[k, n]`. B is read once and in order; register tiles would read it in
 * stripes, and multiply it with rows that nobody asked for. Units are groups of {@link ROW_UNIT} columns.
 */
export const row: Kernel<typeof ROW> = defineKernel('row', ROW, (f, p, { options }) => {
  const fused = madd(options.relaxed);
  const stride = f.let(i32.shl(p.n, 2));
  const end = f.let(i32.mul(p.end, ROW_UNIT));
  f.set(end, min(end, p.n));
  f.for(i32.mul(p.begin, ROW_UNIT), end, BLOCK, (column) => {
    const columns = f.let(i32.sub(end, column));
    f.set(columns, min(columns, BLOCK));
    const c = f.let(element(p.c, column));
    const visit = (body: (to: Expr<'i32'>, at: Expr<'i32'>, chunk: Chunk) => void): void =>
      forEachChunk(f, columns, (at, chunk) => body(f.let(i32.add(c, at)), at, chunk), 2);
    const vectors = ({ vectors: count }: Chunk): number[] => Array.from({ length: count }, (_, j) => j);

    visit((to, at, chunk) => {
      const start = vectors(chunk).map(() => f.let(f32x4.const(0)));
      f.if(p.bias, () => {
        const from = f.let(i32.add(element(p.bias, column), at));
        for (const [j, sum] of start.entries()) f.set(sum, chunk.load(from, j));
      });
      f.emit(...start.map((sum, j) => chunk.store(to, sum, j)));
    });
    const a = f.let(p.a);
    const b = f.let(element(p.b, column));
    const k = f.let(p.k);
    const add = (rows: number, more: Expr<'i32'>): void =>
      f.while(more, () => {
        visit((to, at, chunk) => {
          const from = f.let(i32.add(b, at));
          const sums = vectors(chunk).map((j) => f.let(chunk.load(to, j)));
          for (let i = 0; i < rows; i++) {
            const left = f.let(v128.load32Splat(a, i * 4));
            for (const [j, sum] of sums.entries()) f.set(sum, fused(left, chunk.load(from, j), sum));
            f.increment(from, stride);
          }
          f.emit(...sums.map((sum, j) => chunk.store(to, sum, j)));
        });
        f.increment(a, rows * 4);
        f.set(b, i32.add(b, i32.mul(stride, rows)));
        f.increment(k, -rows);
      });
    add(ROWS, i32.geS(k, ROWS));
    add(1, k);
    f.if(p.relu, () => {
      visit((to, _, chunk) => {
        f.emit(...vectors(chunk).map((j) => chunk.store(to, f32x4.pmax(chunk.load(to, j), 0), j)));
      });
    });
  });
});
