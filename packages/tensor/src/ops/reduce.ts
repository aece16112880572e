// Reductions over axes. An empty reduction gives the identity.
import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatSpec, isFloat, sizeOf } from '../spec.ts';
import type { Axes, ReduceOptions, Tensor } from '../tensor.ts';
import { asType } from './elementwise/coerce.ts';
import { normalizeAxes, normalizeAxis, reducedShape, requireDType } from './infer.ts';

/** Attrs of the reductions; axes are sorted, unique and non-negative. */
export type ReduceAttrs = { readonly axes: readonly number[]; readonly keepDims: boolean };

/* @__NO_SIDE_EFFECTS__ */
function defineReduce(name: string): Op<ReduceAttrs> {
  return defineOp<ReduceAttrs>({
    name,
    infer: ([x], { axes, keepDims }) => {
      requireDType(name, x!, 'number');
      return { shape: reducedShape(x!.shape, axes, keepDims), dtype: x!.dtype };
    },
    simplify: ([x], { axes, keepDims }) =>
      axes.every((axis) => x!.shape[axis] === 1) ? x!.reshape(reducedShape(x!.shape, axes, keepDims)) : null,
    flops: ([x]) => sizeOf(x!.shape),
  });
}

/** Sum along axes, float or int32; of nothing 0. */
export const sumOp: Op<ReduceAttrs> = defineReduce('sum');
/** Product along axes, float or int32; of nothing 1. */
export const prodOp: Op<ReduceAttrs> = defineReduce('prod');
/** Largest along axes, float or int32; NaN where there is one. */
export const maxOp: Op<ReduceAttrs> = defineReduce('max');
/** Smallest along axes, float or int32; NaN where there is one. */
export const minOp: Op<ReduceAttrs> = defineReduce('min');

/** Attrs of {@link argMaxOp} and {@link argMinOp}. */
export type ArgAttrs = { readonly axis: number };

/* @__NO_SIDE_EFFECTS__ */
function defineArg(name: string): Op<ArgAttrs> {
  return defineOp<ArgAttrs>({
    name,
    infer: ([x], { axis }) => {
      requireDType(name, x!, 'number');
      if (x!.shape[axis] === 0) {
        throw new ShapeError(
          `${name}: axis ${axis} of ${formatSpec(x!)} is empty, so there is no winner. Check the size first.`,
        );
      }
      return { shape: reducedShape(x!.shape, [axis], false), dtype: 'int32' };
    },
  });
}

/** Position of the largest element along an axis. */
export const argMaxOp: Op<ArgAttrs> = defineArg('argMax');
/** Position of the smallest element along an axis. */
export const argMinOp: Op<ArgAttrs> = defineArg('argMin');

/** Sum over `axes` (all by default); bool counts as int32. */
export function sum(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return x.sum(axes, options);
}
/** Product over `axes` (all by default). */
export function prod(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return x.prod(axes, options);
}
/** Largest element over `axes` (all by default); NaN propagates. */
export function max(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return x.max(axes, options);
}
/** Smallest element over `axes` (all by default); NaN propagates. */
export function min(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return x.min(axes, options);
}

/** Average over `axes` (all by default); integers become float32, and float16 is added up in float32. */
export function mean(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  if (x.dtype === 'float16') return mean(asType(x, 'float32'), axes, options).cast('float16');
  const floats = isFloat(x.dtype) ? x : asType(x, 'float32');
  const count = normalizeAxes('mean', axes, x.rank).reduce((product, axis) => product * x.shape[axis]!, 1);
  return floats.sum(axes, options).mul(1 / count);
}

/** Biased variance, the mean squared distance from the mean; of float16 computed in float32. */
export function variance(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  if (x.dtype === 'float16') return variance(asType(x, 'float32'), axes, options).cast('float16');
  const floats = isFloat(x.dtype) ? x : asType(x, 'float32');
  return mean(floats.sub(mean(floats, axes, { keepDims: true })).square(), axes, options);
}

/** Biased standard deviation; of float16 computed in float32. */
export function std(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  if (x.dtype === 'float16') return std(asType(x, 'float32'), axes, options).cast('float16');
  return variance(x, axes, options).sqrt();
}

/** `ln(sum(e^x))`, without overflow. */
export function logSumExp(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  const top = x.max(axes, { keepDims: true });
  const shift = top.abs().equal(Number.POSITIVE_INFINITY).where(0, top);
  const total = x.sub(shift).exp().sum(axes, { keepDims: true }).log().add(shift);
  return options?.keepDims
    ? total
    : total.reshape(reducedShape(x.shape, normalizeAxes('logSumExp', axes, x.rank), false));
}

/** True where any element over `axes` is true (or not 0). */
export function any(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return x.any(axes, options);
}
/** True where every element over `axes` is true (or not 0). */
export function all(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return x.all(axes, options);
}
/** Position of the largest element along `axis` (default: the last); the first of equals. int32. */
export function argMax(x: Tensor, axis: number = -1): Tensor {
  return argMaxOp([x], { axis: normalizeAxis('argMax', axis, x.rank) });
}
/** Position of the smallest element along `axis` (default: the last); the first of equals. int32. */
export function argMin(x: Tensor, axis: number = -1): Tensor {
  return argMinOp([x], { axis: normalizeAxis('argMin', axis, x.rank) });
}
