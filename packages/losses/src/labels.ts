// Labels on the host. Wrong ones would not fail: they would train something else, or end in a NaN far from here.
import { ConfigError, type HostArray, type Spec, stridesOf } from '@nablajs/tensor';

/** Throws at the first label that is NaN or infinite. */
export function requireFinite(name: string, labels: HostArray, truth: Spec): void {
  const at = firstWrong(labels, Number.isFinite);
  if (at < 0) return;
  throw bad(name, labels, truth, at, 'is no number to learn from', 'Clean the data, or leave these samples out.');
}

/** Throws at the first label that is not a class number from 0 to `classes - 1`, or the one that is ignored. */
export function requireClassNumbers(
  name: string,
  labels: HostArray,
  truth: Spec,
  classes: number,
  ignored: number | null = null,
): void {
  requireFinite(name, labels, truth);
  const isRight = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < classes;
  const at = firstWrong(labels, (value) => value === ignored || isRight(value));
  if (at < 0) return;
  const value = labels[at]!;
  if (!Number.isInteger(value)) {
    const fix = `These labels are class numbers, 0 to ${classes - 1}; for probabilities per class use CategoricalCrossentropy.`;
    throw bad(name, labels, truth, at, 'is not a whole number', fix);
  }
  const fix =
    value < 0 || value > classes
      ? `They are numbered 0 to ${classes - 1}: correct the label, or give the last layer a unit for every class.`
      : `They are numbered from 0, so ${classes} is one too many: subtract 1 from all labels if they start at 1, or give the last layer ${classes + 1} units.`;
  throw bad(name, labels, truth, at, `is outside the ${classes} classes`, fix);
}

/** Throws at the first label that is not 0, 1 or a probability between them. */
export function requireProbabilities(name: string, labels: HostArray, truth: Spec): void {
  requireFinite(name, labels, truth);
  const at = firstWrong(labels, (value) => value >= 0 && value <= 1);
  if (at < 0) return;
  const fix =
    labels[at] === -1
      ? 'Labels -1 and 1 become 0 and 1 with labels.add(1).div(2).'
      : 'For one of several classes use SparseCategoricalCrossentropy and one unit per class.';
  throw bad(name, labels, truth, at, 'is outside the 2 classes, 0 and 1', fix);
}

function firstWrong(labels: HostArray, isRight: (value: number) => boolean): number {
  return labels.findIndex((value: number) => !isRight(value));
}

function bad(name: string, labels: HostArray, { shape }: Spec, at: number, problem: string, fix: string): ConfigError {
  const strides = stridesOf(shape);
  const place = shape.map((size, axis) => Math.floor(at / strides[axis]!) % size);
  while (place.length > 1 && shape[place.length - 1] === 1) place.pop();
  const index = place.length === 1 ? place[0] : `[${place.join(', ')}]`;
  return new ConfigError(`${name}: label ${labels[at]} at index ${index} ${problem}. ${fix}`);
}
