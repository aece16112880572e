import type { DType } from '@nablajs/tensor';
import type { V } from '../fuse/math/context.ts';
import { f32x4, i32x4 } from '../wasm/index.ts';
import type { ReduceLowering } from './lowering.ts';

type Binary = (a: V, b: V) => V;

function fold(floats: Binary, integers: Binary, start: (dtype: DType) => number): ReduceLowering {
  return { kind: 'reduce', start, combine: (a, b, dtype) => (dtype === 'float32' ? floats : integers)(a, b) };
}

/** Rows of the table for folds over axes. */
export const folds: Readonly<Record<string, ReduceLowering>> = {
  sum: fold(f32x4.add, i32x4.add, () => 0),
  prod: fold(f32x4.mul, i32x4.mul, () => 1),
  max: fold(f32x4.max, i32x4.maxS, (dtype) => (dtype === 'float32' ? Number.NEGATIVE_INFINITY : -2147483648)),
  min: fold(f32x4.min, i32x4.minS, (dtype) => (dtype === 'float32' ? Number.POSITIVE_INFINITY : 2147483647)),
};
