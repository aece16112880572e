// Elements repeated: broadcastTo, tile, repeat.
import { ShapeError } from '../../errors.ts';
import { defineOp, type Op } from '../../op.ts';
import { formatShape, type Shape, sameShape, sizeOf } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';
import { constantValue, fullLike } from '../constant.ts';
import { broadcastShapes, normalizeAxis, requireCount } from '../infer.ts';

/** Attrs of {@link broadcastToOp}. */
export type BroadcastToAttrs = { readonly shape: Shape };

/** Axes of size 1 and missing leading axes repeated, as NumPy broadcasts. */
export const broadcastToOp: Op<BroadcastToAttrs> = defineOp<BroadcastToAttrs>({
  name: 'broadcastTo',
  infer: ([x], { shape }) => {
    const result = broadcastShapes('broadcastTo', x!.shape, shape);
    if (!sameShape(result, shape)) {
      throw new ShapeError(
        `broadcastTo: ${formatShape(x!.shape)} does not broadcast to ${formatShape(shape)}. ` +
          'Only axes of size 1 and missing leading axes can grow.',
      );
    }
    return { shape, dtype: x!.dtype };
  },
  simplify: ([x], { shape }) => {
    const value = constantValue(x!);
    return sameShape(x!.shape, shape) ? x! : value === undefined ? null : fullLike(x!, value, shape);
  },
});

/** `x` repeated to `shape`; only axes of size 1 and missing leading axes grow. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : broadcastToOp([x], { shape });
}

/**
 * The whole tensor repeated `repeats[axis]` times along each axis.
 * @throws ShapeError unless there is one count per axis
 */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  if (repeats.length !== x.rank) {
    throw new ShapeError(`tile: needs one count per axis, got ${formatShape(repeats)} for ${formatShape(x.shape)}.`);
  }
  for (const count of repeats) requireCount('tile', 'each count', count);
  // Axis by axis, the last first: all at once would take twice as many axes, more than some backends have.
  return repeats.reduceRight((y, count, axis) => {
    if (count === 1) return y;
    const [before, after] = [sizeOf(y.shape.slice(0, axis)), sizeOf(y.shape.slice(axis))];
    const grown = broadcastTo(y.reshape([before, 1, after]), [before, count, after]);
    return grown.reshape(y.shape.map((size, i) => (i === axis ? size * count : size)));
  }, x);
}

/** Each element along `axis` repeated `count` times in place. */
export function repeat(x: Tensor, count: number, axis: number = -1): Tensor {
  const at = normalizeAxis('repeat', axis, x.rank);
  requireCount('repeat', 'count', count);
  const grown = [...x.shape.slice(0, at + 1), count, ...x.shape.slice(at + 1)];
  return broadcastTo(x.expandDims(at + 1), grown).reshape(x.shape.map((size, i) => (i === at ? size * count : size)));
}
