// Which values belong together. Broadcasting would pair [32] with [32, 1] as 32 x 32; here that is an error or one reshape.
import { formatShape, formatSpec, type Shape, ShapeError, sameShape, type Tensor } from '@nablajs/tensor';

/** The cure where every predicted number has a true one. */
export const ONE_EACH = 'Each predicted number needs one true number: the shapes must be the same.';

/** `truth` in the shape and dtype of `prediction`; a last axis of size 1 may be missing on either side. */
export function alignTruth(name: string, truth: Tensor, prediction: Tensor, cure: string): Tensor {
  if (!sameShape(withoutLastOne(truth.shape, prediction.rank), withoutLastOne(prediction.shape, truth.rank))) {
    throw mismatch(name, truth, prediction, cure);
  }
  return truth.reshape(prediction.shape).cast(prediction.dtype);
}

/** The error for a truth that does not go with a prediction. */
export function mismatch(name: string, truth: Tensor, prediction: Tensor, cure: string): ShapeError {
  return new ShapeError(
    `${name}: the truth is ${formatSpec(truth.spec)}, the prediction ${formatSpec(prediction.spec)}. ${cure}`,
  );
}

function withoutLastOne(shape: Shape, otherRank: number): Shape {
  return shape.length === otherRank + 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
}

/**
 * Weights in a shape that broadcasts against `values`: their axes are the leading ones, the batch first.
 * @param what begins the message: `sample weights are`
 */
export function alignWeight(name: string, weight: Tensor, values: Tensor, what: string): Tensor {
  let shape = weight.shape;
  while (shape.length > values.rank && shape.at(-1) === 1) shape = shape.slice(0, -1);
  if (shape.length > values.rank || shape.some((size, axis) => size !== 1 && size !== values.shape[axis])) {
    const cure =
      values.rank === 0
        ? 'The whole batch has one loss: choose axes that leave one for each sample.'
        : `Give one per sample, ${formatShape(values.shape.slice(0, 1))}, or one per value.`;
    throw new ShapeError(
      `${name}: ${what} ${formatShape(weight.shape)}, the losses ${formatShape(values.shape)}. ${cure}`,
    );
  }
  const open = values.shape.slice(shape.length).map(() => 1);
  return weight.reshape([...shape, ...open]).cast(values.dtype);
}

/** Values averaged over an axis, the last by default; those of a flat batch are one per sample already. */
export function perSample(values: Tensor, axis: number = -1): Tensor {
  return values.rank <= 1 ? values : values.mean(axis);
}

/** `prediction - truth`, number by number. Throws ShapeError when the shapes do not go together. */
export function errorOf(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return prediction.sub(alignTruth(name, truth, prediction, ONE_EACH));
}
