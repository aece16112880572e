import type { HostArray, Spec } from '@nablajs/tensor';
import { bad, firstWrong, requireFinite } from '../base/labels.ts';

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
