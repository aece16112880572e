// The forms labels come in: like the prediction, as class numbers, one-hot, with or without a last axis of size 1.
import { formatSpec, oneHot, type Shape, ShapeError, sameShape, type Tensor } from '@nablajs/tensor';

/** Classes along the last axis of a prediction; 1 for a single yes-or-no unit and for a flat batch of them. */
export function classesOf(prediction: Tensor): number {
  return prediction.rank <= 1 ? 1 : prediction.shape.at(-1)!;
}

/** True for class numbers beside a prediction with several classes: `[...]` or `[..., 1]`. */
export function isSparse(truth: Tensor, prediction: Tensor): boolean {
  return classesOf(prediction) > 1 && (truth.rank < prediction.rank || truth.shape.at(-1) === 1);
}

/** `truth` in the shape of `prediction`; a last axis of size 1 may be missing on either side. */
export function likePrediction(name: string, truth: Tensor, prediction: Tensor): Tensor {
  if (!sameShape(withoutLastOne(truth.shape, prediction.rank), withoutLastOne(prediction.shape, truth.rank))) {
    throw mismatch(name, truth, prediction, 'There must be one label per predicted value.');
  }
  return truth.reshape(prediction.shape);
}

/** Class numbers of each sample, int32: `[..., classes]` one-hot, `[...]` or `[..., 1]` -> `[...]`. */
export function classNumbers(name: string, truth: Tensor, prediction: Tensor): Tensor {
  const samples = prediction.shape.slice(0, -1);
  // bool has no largest element.
  if (sameShape(truth.shape, prediction.shape))
    return (truth.dtype === 'bool' ? truth.cast('int32') : truth).argMax(-1);
  if (sameShape(truth.shape, samples) || sameShape(truth.shape, [...samples, 1])) {
    return truth.cast('int32').reshape(samples);
  }
  throw mismatch(
    name,
    truth,
    prediction,
    'Give one class number per sample, or one-hot rows as wide as the prediction.',
  );
}

/** Which of the predicted values are true, bool, in the shape of the prediction; class numbers become one-hot rows. */
export function truthMask(name: string, truth: Tensor, prediction: Tensor): Tensor {
  if (!isSparse(truth, prediction)) return likePrediction(name, truth, prediction).cast('bool');
  return oneHot(classNumbers(name, truth, prediction), classesOf(prediction), 'bool');
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
