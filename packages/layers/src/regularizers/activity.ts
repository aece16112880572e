import type { Tensor } from '@nablajs/tensor';
import { addPenalty } from '../base/penalty.ts';
import { regularizerFrom } from './from.ts';
import type { RegularizerLike } from './regularizer.ts';

/** What flows through a layer, with a penalty on it added to the loss: that of the regularizer, per sample of the batch. */
export function penalized(y: Tensor, regularizer: RegularizerLike | null): Tensor {
  if (regularizer !== null)
    addPenalty(
      regularizerFrom(regularizer)
        .apply(y)
        .mul(1 / Math.max(1, y.shape[0] ?? 1)),
    );
  return y;
}
