// Which class is true, as one-hot rows or as class numbers, beside one score per class.
import { formatSpec, oneHot, ShapeError, sameShape, type Tensor } from '@nablajs/tensor';
import { mismatch } from '../base/align.ts';
import { axisOf, lastAxisTo } from '../base/axes.ts';
import { requireRange } from '../base/config.ts';

/** How many classes an axis of the prediction has. Throws ShapeError for fewer than two. */
export function classesAlong(name: string, prediction: Tensor, axis: number): number {
  const classes = prediction.shape[axis] ?? 0;
  if (classes > 1) return classes;
  throw new ShapeError(
    `${name}: the prediction is ${formatSpec(prediction.spec)}, its ${axis === prediction.rank - 1 ? 'last axis' : `axis ${axis}`} must hold two classes or more. ` +
      'For a single yes-or-no unit use BinaryCrossentropy.',
  );
}

/** The axis of the classes, from the front. */
export function classAxis(name: string, prediction: Tensor, axis: number): number {
  return prediction.rank === 0 ? 0 : axisOf(name, axis, prediction.rank);
}

/** One-hot labels or probabilities in the dtype of the prediction, spread over all classes by `labelSmoothing`. */
export function smoothLabels(
  name: string,
  truth: Tensor,
  prediction: Tensor,
  { axis, labelSmoothing }: { readonly axis: number; readonly labelSmoothing: number },
): Tensor {
  requireRange(name, 'labelSmoothing', labelSmoothing, 0, 1);
  const classes = classesAlong(name, prediction, axis);
  if (!sameShape(truth.shape, prediction.shape)) {
    const cure =
      truth.rank === prediction.rank && truth.shape.at(-1) !== 1
        ? `There must be one number per class on both sides: give the last layer ${truth.shape[axis]} units, or the labels ${classes} columns.`
        : `Each sample needs ${classes} numbers, one per class: for class numbers use SparseCategoricalCrossentropy, or oneHot(truth, ${classes}).`;
    throw mismatch(name, truth, prediction, cure);
  }
  const labels = truth.cast(prediction.dtype);
  return labelSmoothing === 0 ? labels : labels.mul(1 - labelSmoothing).add(labelSmoothing / classes);
}

/** Class numbers of each sample, int32, in the shape of the prediction without the axis of the classes. */
export function numbersOf(name: string, truth: Tensor, prediction: Tensor, axis: number): Tensor {
  const samples = prediction.shape.filter((_, i) => i !== axis);
  const withOne = prediction.shape.map((size, i) => (i === axis ? 1 : size));
  if (!sameShape(truth.shape, samples) && !sameShape(truth.shape, withOne)) {
    const cure = sameShape(truth.shape, prediction.shape)
      ? 'For one-hot rows or probabilities use CategoricalCrossentropy.'
      : 'Each sample needs one class number: the shape of the prediction without its last axis.';
    throw mismatch(name, truth, prediction, cure);
  }
  return truth.cast('int32').reshape(samples);
}

/** Class numbers as one-hot labels in the shape and dtype of the prediction. */
export function oneHotLike(numbers: Tensor, prediction: Tensor, axis: number): Tensor {
  return lastAxisTo(oneHot(numbers, prediction.shape[axis]!, prediction.dtype), axis);
}
