import type { Tensor } from '@nablajs/tensor';

/** Losses look for the scores behind these; what they give is between 0 and 1 anyway. */
const BOUNDED: readonly (string | undefined)[] = ['softmax', 'sigmoid', 'cast'];

/**
 * Predictions with a harmless number where they do not count. Choosing among losses is not enough: the gradient of an infinite one
 * is NaN even when it is multiplied by zero.
 */
export function harmless(prediction: Tensor, mask: Tensor): Tensor {
  if (BOUNDED.includes(prediction.node.op?.definition.name)) return prediction;
  if (mask.shape.some((size, axis) => size !== prediction.shape[axis])) return prediction;
  const open = prediction.shape.slice(mask.rank).map(() => 1);
  return mask
    .cast('bool')
    .reshape([...mask.shape, ...open])
    .where(prediction, 0.5);
}
