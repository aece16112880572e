// Reductions, by definition.
import type { ReferenceCall } from '../../op.ts';
import { type HostArray, hostArray, isFloat, type Shape, type Spec, sizeOf, stridesOf } from '../../spec.ts';
import { wide } from '../constant.ts';
import type { ArgAttrs, ReduceAttrs } from '../reduce.ts';
import type { Reference, References } from './reference.ts';

type Join = (total: number, x: number) => number;

/** Elements joined one after the other; `integer` says how int32 differs from floats, where it does. */
function folded(start: (spec: Spec) => number, f: Join, integer: Join = f): Reference {
  return ({ inputs: [x], specs: [from], attrs: { axes }, spec }: ReferenceCall<ReduceAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape)).fill(start(from!));
    const target = offsetsInReduced(from!.shape, axes);
    const join = isFloat(spec.dtype) ? f : integer;
    for (let i = 0; i < target.length; i++) out[target[i]!] = join(out[target[i]!]!, x![i]!);
    return out;
  };
}

/** The first that no other wins against. */
function winner(wins: (x: number, best: number) => boolean): Reference {
  return ({ inputs: [x], specs: [from], attrs: { axis }, spec }: ReferenceCall<ArgAttrs>) =>
    argReference(x!, from!.shape, axis, sizeOf(spec.shape), wins);
}

/** Reductions over axes, and the places of extremes. */
export const reduceReferences: References = {
  sum: folded(
    () => 0,
    (total, x) => total + x,
  ),
  prod: folded(
    () => 1,
    (total, x) => total * x,
    Math.imul,
  ),
  max: folded(({ dtype }) => (isFloat(dtype) ? Number.NEGATIVE_INFINITY : -2147483648), Math.max),
  min: folded(({ dtype }) => (isFloat(dtype) ? Number.POSITIVE_INFINITY : 2147483647), Math.min),
  argMax: winner((x, best) => x > best),
  argMin: winner((x, best) => x < best),
};

function offsetsInReduced(shape: Shape, axes: readonly number[]): Int32Array {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const strides = stridesOf(shape);
  const reduced = stridesOf(kept);
  const offsets = new Int32Array(sizeOf(shape));
  for (let i = 0; i < offsets.length; i++) {
    for (let axis = 0; axis < shape.length; axis++) {
      if (kept[axis] !== 1) offsets[i]! += (Math.floor(i / strides[axis]!) % shape[axis]!) * reduced[axis]!;
    }
  }
  return offsets;
}

function argReference(
  x: HostArray,
  shape: Shape,
  axis: number,
  size: number,
  wins: (x: number, best: number) => boolean,
): HostArray {
  const out = hostArray('int32', size);
  const length = shape[axis]!;
  const inner = stridesOf(shape)[axis]!;
  for (let i = 0; i < size; i++) {
    const first = Math.floor(i / inner) * inner * length + (i % inner);
    let best = 0;
    for (let k = 1; k < length; k++) {
      const value = x[first + k * inner]!;
      const held = x[first + best * inner]!;
      if (!Number.isNaN(held) && (Number.isNaN(value) || wins(value, held))) best = k;
    }
    out[i] = best;
  }
  return out;
}
