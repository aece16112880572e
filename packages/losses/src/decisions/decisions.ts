import { softplus, type Tensor } from '@nablajs/tensor';
import { alignTruth } from '../base/align.ts';
import { requireRange } from '../base/config.ts';
import { keptInside, logitsOf } from '../base/logarithms.ts';
import type { BinaryOptions } from './binary.ts';

/** The crossentropy of every single decision, the labels it was taken from and the probability of yes. */
export function decisions(
  name: string,
  truth: Tensor,
  prediction: Tensor,
  { fromLogits = false, labelSmoothing = 0 }: BinaryOptions,
): { readonly losses: Tensor; readonly target: Tensor; readonly probability: Tensor } {
  requireRange(name, 'labelSmoothing', labelSmoothing, 0, 1);
  const cure =
    truth.rank === prediction.rank - 1
      ? 'For class numbers use SparseCategoricalCrossentropy; for several decisions per sample give one label for each.'
      : 'Each predicted probability needs one label, 0 or 1.';
  const labels = alignTruth(name, truth, prediction, cure);
  const target = labelSmoothing === 0 ? labels : labels.mul(1 - labelSmoothing).add(labelSmoothing / 2);
  const logits = logitsOf(prediction, fromLogits);
  if (logits) return { losses: softplus(logits).sub(logits.mul(target)), target, probability: logits.sigmoid() };
  const p = keptInside(prediction);
  const yes = target.mul(p.log());
  const no = target.neg().add(1).mul(p.neg().add(1).log());
  return { losses: yes.add(no).neg(), target, probability: prediction };
}
