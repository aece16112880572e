// Sums over all pixels, cut into slices that depend on the shape alone: several threads may work on one small gradient,
// partial sums lose fewer digits, and the bits do not depend on the number of threads.

import { f32, f32x4, i32, type Local, v128 } from '../wasm/index.ts';
import { element, min } from './arithmetic.ts';
import {
  defineKernel,
  type Kernel,
  type KernelCall,
  type KernelPlan,
  kernelCall,
  type Place,
  place,
} from './kernel.ts';

/** A sum over `slices` runs of at most `length` terms. */
export interface Slices {
  readonly length: number;
  readonly slices: number;
}

/** Cuts a sum of `terms` gradients of `floats` numbers; slices have at least `shortest` terms. */
export function cutSum(terms: number, floats: number, shortest: number): Slices {
  const byMemory = Math.floor(PARTIAL_FLOATS / Math.max(1, floats));
  const parts = Math.max(1, Math.min(MOST_SLICES, Math.floor(terms / shortest), byMemory));
  const length = Math.max(1, Math.ceil(terms / parts));
  return { length, slices: Math.max(1, Math.ceil(terms / length)) };
}

const MOST_SLICES = 8;
/** Floats that partial gradients may take. */
const PARTIAL_FLOATS = 1 << 20;

/** Where the call that computes the slices writes. */
export function sliceTarget({ slices }: Slices): Place {
  return place(slices > 1 ? 'shared' : 'dw');
}

/** Completes the call that computes the slices by their sum. */
export function summed(call: KernelCall, floats: number, { slices }: Slices): KernelPlan {
  if (slices === 1) return { calls: [call], shared: 0 };
  const sum = kernelCall(
    sumSlices,
    { source: place('shared'), target: place('dw'), floats, slices },
    { extent: Math.ceil(floats / SUM_UNIT), workspace: 0, work: floats * slices },
  );
  return { calls: [call, sum], shared: floats * slices * 4 };
}

const SUM = { source: 'i32', target: 'i32', floats: 'i32', slices: 'i32' } as const;

/** Floats per unit of {@link sumSlices}. */
const SUM_UNIT = 1024;

/** `target[i] = source[0][i] + source[1][i] + ...`; units are runs of {@link SUM_UNIT} floats. */
export const sumSlices: Kernel<typeof SUM> = defineKernel('sumSlices', SUM, (f, p) => {
  const first = f.let(i32.mul(p.begin, SUM_UNIT));
  const last = f.let(i32.mul(p.end, SUM_UNIT));
  f.set(last, min(last, p.floats));
  const pitch = f.let(i32.shl(p.floats, 2));
  const add = (i: Local<'i32'>, read: 'vector' | 'float'): void => {
    const at = f.let(element(p.source, i));
    const target = element(p.target, i);
    if (read === 'vector') {
      const sum = f.let(v128.load(at));
      f.for(1, p.slices, 1, () => {
        f.increment(at, pitch);
        f.set(sum, f32x4.add(sum, v128.load(at)));
      });
      f.emit(v128.store(target, sum));
    } else {
      const sum = f.let(f32.load(at));
      f.for(1, p.slices, 1, () => {
        f.increment(at, pitch);
        f.set(sum, f32.add(sum, f32.load(at)));
      });
      f.emit(f32.store(target, sum));
    }
  };
  const whole = f.let(i32.sub(last, i32.and(i32.sub(last, first), 3)));
  f.for(first, whole, 4, (i) => add(i, 'vector'));
  f.for(whole, last, 1, (i) => add(i, 'float'));
});
