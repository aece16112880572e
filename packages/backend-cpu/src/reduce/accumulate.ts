// What folds share. Long sums are added up in chunks, chunk totals in turn: the error of a float sum grows with the number
// of additions in a row, so a million elements cost a few hundred roundings instead of a million.
import { literal } from '../fuse/evaluate.ts';
import type { Loop, LoopResult } from '../fuse/loop.ts';
import type { V } from '../fuse/math/context.ts';
import { type Expr, type FunctionBuilder, f32x4, type Local, v128 } from '../wasm/index.ts';

/** A fold among the results of a loop. */
export type Fold = Extract<LoopResult, { kind: 'fold' }>;

/** The folds of a loop with their positions among its results. */
export function foldsOf(loop: Loop): { readonly fold: Fold; readonly position: number }[] {
  return loop.results.flatMap((fold, position) => (fold.kind === 'fold' ? [{ fold, position }] : []));
}

/** What a fold starts from, in all lanes. */
export function identityOf({ lowering, dtype }: Fold): V {
  return literal(lowering.start(dtype), dtype);
}

/** Folds a vector into an accumulator. */
export function accumulate(f: FunctionBuilder, { lowering, dtype }: Fold, into: Local<'v128'>, value: V): void {
  f.set(into, lowering.combine(into, value, dtype));
}

/** Folds the four lanes of a vector and stores the one number that is left. */
export function storeFolded(f: FunctionBuilder, { lowering, dtype }: Fold, address: Expr<'i32'>, total: V): void {
  const pairs = f.let(lowering.combine(total, f32x4.shuffle(total, total, [2, 3, 0, 1]), dtype));
  const single = lowering.combine(pairs, f32x4.shuffle(pairs, pairs, [1, 0, 3, 2]), dtype);
  f.emit(v128.store32Lane(address, single, 0));
}

/** Steps per chunk when `steps` terms are added into one accumulator: all, or about their square root. */
export function chunkOf(steps: number): number {
  return steps <= 256 ? Math.max(1, steps) : Math.ceil(Math.sqrt(steps));
}
