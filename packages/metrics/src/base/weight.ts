// Sums with and without weights.
import { type Axes, formatShape, full, ShapeError, type Tensor } from '@nablajs/tensor';

/**
 * Weights in a shape that broadcasts against `values`: their axes are the leading ones, the batch first.
 * @throws ShapeError for weights of another shape
 */
export function alignWeight(weight: Tensor, values: Tensor): Tensor {
  let shape = weight.shape;
  while (shape.length > values.rank && shape.at(-1) === 1) shape = shape.slice(0, -1);
  if (shape.length > values.rank || shape.some((size, axis) => size !== 1 && size !== values.shape[axis])) {
    throw new ShapeError(
      `sample weights ${formatShape(weight.shape)} do not go with values ${formatShape(values.shape)}. ` +
        `Give one weight per sample, ${formatShape(values.shape.slice(0, 1))}, or one per value.`,
    );
  }
  return weight.reshape([...shape, ...values.shape.slice(shape.length).map(() => 1)]).cast('float32');
}

/** The sum of values over axes (all by default): of bool and integer values int32, with weights float32. */
export function weightedSum(values: Tensor, weight?: Tensor, axes?: Axes): Tensor {
  return weight ? values.cast('float32').mul(alignWeight(weight, values)).sum(axes) : values.sum(axes);
}

/** How many values there are, int32; with weights their sum, float32. */
export function weightedCount(values: Tensor, weight?: Tensor): Tensor {
  if (!weight) return full([], values.size, 'int32');
  return alignWeight(weight, values).broadcastTo(values.shape).sum();
}

/** `part / whole`; 0 where there is nothing. */
export function ratio(part: Tensor, whole: Tensor): Tensor {
  return part.div(whole.equal(0).where(1, whole));
}
