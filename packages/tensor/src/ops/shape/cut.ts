// Parts and wholes: slice, pad, concat, stack, split.
import { ShapeError } from '../../errors.ts';
import { elementOf } from '../../nested.ts';
import { defineOp, type Op } from '../../op.ts';
import { formatShape, type Shape } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';
import { normalizeAxis, requireCount, requireSameDType } from '../infer.ts';

/** Attrs of {@link sliceOp}: element `i` of the result is element `start + i * stride` of the operand, per axis. */
export type SliceAttrs = {
  readonly starts: readonly number[];
  readonly sizes: Shape;
  readonly strides: readonly number[];
};

/** A rectangular part. */
export const sliceOp: Op<SliceAttrs> = defineOp<SliceAttrs>({
  name: 'slice',
  infer: ([x], { starts, sizes, strides }) => {
    x!.shape.forEach((size, axis) => {
      const last = starts[axis]! + (sizes[axis]! - 1) * strides[axis]!;
      if (
        ![starts[axis], sizes[axis], strides[axis]].every(Number.isInteger) ||
        starts[axis]! < 0 ||
        sizes[axis]! < 0 ||
        strides[axis]! < 1 ||
        (sizes[axis]! > 0 && last >= size) ||
        starts[axis]! > size
      ) {
        throw new ShapeError(
          `slice: axis ${axis} of ${formatShape(x!.shape)} has no ${sizes[axis]} elements from ${starts[axis]} in steps of ${strides[axis]}.`,
        );
      }
    });
    return { shape: sizes, dtype: x!.dtype };
  },
  simplify: ([x], { sizes }) => (x!.shape.every((size, axis) => size === sizes[axis]) ? x! : null),
});

/**
 * The part of `x` that begins at `starts` and has `sizes` elements per axis, taken in steps of `strides`.
 * Negative starts count from the end; a size of -1 (the default) takes all that fit.
 * @throws ShapeError for what lies outside of `x`
 */
export function slice(
  x: Tensor,
  starts: readonly number[],
  sizes?: readonly number[],
  strides?: readonly number[],
): Tensor {
  for (const list of [starts, sizes, strides]) {
    if (list && list.length > x.rank) {
      throw new ShapeError(`slice: ${formatShape(list)} has more entries than ${formatShape(x.shape)} has axes.`);
    }
  }
  const steps = x.shape.map((_, axis) => strides?.[axis] ?? 1);
  const from = x.shape.map((size, axis) => {
    const start = starts[axis] ?? 0;
    return start < 0 ? start + size : start;
  });
  const count = x.shape.map((size, axis) => {
    const wanted = sizes?.[axis] ?? -1;
    return wanted === -1 ? Math.max(0, Math.ceil((size - from[axis]!) / steps[axis]!)) : wanted;
  });
  return sliceOp([x], { starts: from, sizes: count, strides: steps });
}

/** Attrs of {@link padOp}: cells added before and after each axis. */
export type PadAttrs = { readonly low: readonly number[]; readonly high: readonly number[]; readonly value: number };

/** A border of one value. */
export const padOp: Op<PadAttrs> = defineOp<PadAttrs>({
  name: 'pad',
  infer: ([x], { low, high }) => {
    if ([...low, ...high].some((cells) => !Number.isInteger(cells) || cells < 0)) {
      throw new ShapeError(
        `pad: cells to add must be whole and at least 0, got ${formatShape(low)} before and ${formatShape(high)} after. Use slice to cut.`,
      );
    }
    return { shape: x!.shape.map((size, axis) => size + low[axis]! + high[axis]!), dtype: x!.dtype };
  },
  simplify: ([x], { low, high }) =>
    low.every((cells) => cells === 0) && high.every((cells) => cells === 0) ? x! : null,
});

/**
 * `x` with `[before, after]` cells of `value` (default 0) added per axis.
 * @throws ShapeError unless there is a pair of whole numbers of at least 0 for each axis
 */
export function pad(x: Tensor, padding: readonly (readonly [number, number])[], value: number = 0): Tensor {
  if (padding.length !== x.rank) {
    throw new ShapeError(
      `pad: needs one [before, after] pair per axis, got ${padding.length} for ${formatShape(x.shape)}.`,
    );
  }
  return padOp([x], {
    low: padding.map(([low]) => low),
    high: padding.map(([, high]) => high),
    value: elementOf(value, x.dtype),
  });
}

/** Attrs of {@link concatOp}. */
export type ConcatAttrs = { readonly axis: number };

/** Operands one after the other along an axis. */
export const concatOp: Op<ConcatAttrs> = defineOp<ConcatAttrs>({
  name: 'concat',
  infer: (inputs, { axis }) => {
    requireSameDType('concat', inputs);
    const first = inputs[0]!;
    for (const { shape } of inputs) {
      if (shape.length !== first.shape.length || shape.some((size, i) => i !== axis && size !== first.shape[i])) {
        throw new ShapeError(
          `concat: ${inputs.map((input) => formatShape(input.shape)).join(', ')} must agree in every axis but ${axis}.`,
        );
      }
    }
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    return { shape: first.shape.map((size, i) => (i === axis ? total : size)), dtype: first.dtype };
  },
  simplify: (inputs) => (inputs.length === 1 ? inputs[0]! : null),
});

/**
 * Tensors one after the other along `axis` (default: the last).
 * @throws ShapeError for no tensors, and for tensors that differ in another axis
 */
export function concat(tensors: readonly Tensor[], axis: number = -1): Tensor {
  const first = tensors[0];
  if (!first) throw new ShapeError('concat: needs at least one tensor, got none.');
  return concatOp(tensors, { axis: normalizeAxis('concat', axis, first.rank) });
}

/** Tensors of one shape beside each other along a new axis (default: the first). */
export function stack(tensors: readonly Tensor[], axis: number = 0): Tensor {
  return concat(
    tensors.map((x) => x.expandDims(axis)),
    axis,
  );
}

/**
 * `count` equal parts along `axis` (default: the last).
 * @throws ShapeError for an axis that does not divide into so many
 */
export function split(x: Tensor, count: number, axis: number = -1): Tensor[] {
  const at = normalizeAxis('split', axis, x.rank);
  const size = x.shape[at]! / requireCount('split', 'count', count);
  if (!Number.isInteger(size)) {
    throw new ShapeError(`split: axis ${at} of ${formatShape(x.shape)} does not divide into ${count} equal parts.`);
  }
  return Array.from({ length: count }, (_, part) =>
    slice(
      x,
      x.shape.map((_, i) => (i === at ? part * size : 0)),
      x.shape.map((full, i) => (i === at ? size : full)),
    ),
  );
}
