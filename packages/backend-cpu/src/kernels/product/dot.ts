import { type FunctionBuilder, f32, f32x4, i32, type Local, madd, v128 } from '../../wasm/index.ts';
import { element, min, offset, transpose4 } from '../arithmetic.ts';
import { defineKernel, type Kernel } from '../kernel.ts';

/** The arguments of {@link dot}. */
export type DotParams = typeof DOT;

const DOT = {
  a: 'i32',
  aStride: 'i32',
  /** The n vectors, `bStride` bytes apart. */
  b: 'i32',
  bStride: 'i32',
  c: 'i32',
  /** Bytes between results of successive rows of A, and of successive vectors of B. */
  cStride: 'i32',
  cStep: 'i32',
  m: 'i32',
  n: 'i32',
  k: 'i32',
  accumulate: 'i32',
  /** Added to the result of each vector, or address 0; `biasStep` bytes apart. */
  bias: 'i32',
  biasStep: 'i32',
  /** 1 takes the maximum with 0 in the end. */
  relu: 'i32',
} as const;

/**
 * Dot products of a few vectors (rows of A) with many (rows of B): `c[i, j] = a[i] . b[j]`. Faster than packing while
 * every element of B is used only a few times. Units are groups of four vectors of B.
 */
export const dot: Kernel<typeof DOT> = defineKernel('dot', DOT, (f, p, { options }) => {
  const fused = madd(options.relaxed);
  f.for(p.begin, p.end, 1, (group) => {
    const first = f.let(i32.shl(group, 2));
    const last = f.let(i32.sub(p.n, 1));
    const index = [0, 1, 2, 3].map((j) => f.let(i32.add(first, j)));
    const vectors = index.map((j) => f.let(offset(p.b, min(j, last), p.bStride)));
    f.for(0, p.m, 1, (row) => {
      const a = f.let(offset(p.a, row, p.aStride));
      const b = vectors.map((vector) => f.let(vector));
      const partial = b.map(() => f.let(f32x4.const(0)));
      const k = f.let(p.k);
      f.while(i32.geS(k, 4), () => {
        const left = f.let(v128.load(a));
        partial.forEach((sum, j) => {
          f.set(sum, fused(left, v128.load(b[j]!), sum));
        });
        for (const pointer of [a, ...b]) f.increment(pointer, 16);
        f.increment(k, -4);
      });
      const [q, r, s, t] = transpose4(f, partial).map((lane) => f.let(lane)) as [L, L, L, L];
      const sums = f.let(f32x4.add(f32x4.add(q, r), f32x4.add(s, t)));
      f.while(k, () => {
        const right = b.reduce((lanes, pointer, j) => v128.load32Lane(pointer, lanes, j), f32x4.const(0));
        f.set(sums, fused(v128.load32Splat(a), right, sums));
        for (const pointer of [a, ...b]) f.increment(pointer, 4);
        f.increment(k, -1);
      });
      f.emit(v128.store(p.workspace, sums));
      finish(f, p, first, row);
    });
  });
});

type L = Local<'v128'>;
type DotLocals = { readonly [K in keyof typeof DOT]: Local<(typeof DOT)[K]> } & { readonly workspace: Local<'i32'> };

/** Adds what the results start from, applies ReLU, and writes those of the four that exist. */
function finish(f: FunctionBuilder, p: DotLocals, first: Local<'i32'>, row: Local<'i32'>): void {
  const left = f.let(i32.sub(p.n, first));
  f.for(0, min(left, 4), 1, (j) => {
    const target = f.let(i32.add(offset(p.c, row, p.cStride), i32.mul(i32.add(first, j), p.cStep)));
    const sum = f.let(f32.load(element(p.workspace, j)));
    f.if(p.accumulate, () => f.set(sum, f32.add(sum, f32.load(target))));
    f.if(p.bias, () => f.set(sum, f32.add(sum, f32.load(offset(p.bias, i32.add(first, j), p.biasStep)))));
    f.if(i32.and(p.relu, f32.lt(sum, 0)), () => f.set(sum, 0));
    f.emit(f32.store(target, sum));
  });
}
