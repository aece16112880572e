import type { HostArray, Spec } from '@nablajs/tensor';
import { bad, firstWrong, requireFinite } from '../base/labels.ts';

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
