// The same elements under another shape, and axes of size one.
import { ShapeError } from '../../errors.ts';
import { defineOp, type Op } from '../../op.ts';
import { formatShape, type Shape, sameShape, sizeOf } from '../../spec.ts';
import type { Axes, Tensor } from '../../tensor.ts';
import { normalizeAxes } from '../infer.ts';

/** Attrs of {@link reshapeOp}. */
export type ReshapeAttrs = { readonly shape: Shape };

/** Row-major elements under a new shape of the same size. */
export const reshapeOp: Op<ReshapeAttrs> = defineOp<ReshapeAttrs>({
  name: 'reshape',
  infer: ([x], { shape }) => {
    if (sizeOf(shape) !== sizeOf(x!.shape)) {
      throw new ShapeError(
        `reshape: ${formatShape(x!.shape)} has ${sizeOf(x!.shape)} elements, ${formatShape(shape)} has ${sizeOf(shape)}. ` +
          'Sizes must multiply to the same number; write one axis as -1 to have it computed.',
      );
    }
    return { shape, dtype: x!.dtype };
  },
  simplify: ([x], { shape }) => {
    if (sameShape(x!.shape, shape)) return x!;
    return x!.node.op === reshapeOp ? reshapeOp([x!.derive(x!.node.inputs[0]!)], { shape }) : null;
  },
});

/**
 * The same elements as `shape`; one axis may be -1 and is computed.
 * @throws ShapeError for another number of elements
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const unknown = shape.indexOf(-1);
  if (unknown < 0) return reshapeOp([x], { shape });
  const known = shape.reduce((product, size, axis) => (axis === unknown ? product : product * size), 1);
  const size = known === 0 ? 0 : x.size / known;
  if (!Number.isInteger(size) || shape.lastIndexOf(-1) !== unknown) {
    throw new ShapeError(
      `reshape: ${formatShape(x.shape)} (${x.size} elements) cannot become ${formatShape(shape)}: ` +
        'exactly one axis may be -1, and the others must divide the number of elements.',
    );
  }
  return reshapeOp([x], { shape: shape.map((axis) => (axis === -1 ? size : axis)) });
}

/**
 * A new axis of size 1 at `axis` of the result; negative counts from its end.
 * @throws ShapeError for an axis outside of the result
 */
export function expandDims(x: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + x.rank + 1 : axis;
  if (!Number.isInteger(axis) || at < 0 || at > x.rank) {
    throw new ShapeError(
      `expandDims: axis ${axis} is outside ${-x.rank - 1} to ${x.rank} for ${formatShape(x.shape)}.`,
    );
  }
  return reshapeOp([x], { shape: [...x.shape.slice(0, at), 1, ...x.shape.slice(at)] });
}

/**
 * Without the given axes, which must have size 1 (default: all such axes).
 * @throws ShapeError for an axis of another size
 */
export function squeeze(x: Tensor, axes?: Axes): Tensor {
  const drop =
    axes === undefined
      ? x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []))
      : normalizeAxes('squeeze', axes, x.rank);
  const wide = drop.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined) {
    throw new ShapeError(
      `squeeze: axis ${wide} of ${formatShape(x.shape)} has size ${x.shape[wide]}, only axes of size 1 can go.`,
    );
  }
  return reshapeOp([x], { shape: x.shape.filter((_, axis) => !drop.includes(axis)) });
}
