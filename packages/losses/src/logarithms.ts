// Logarithms of probabilities, from whatever is at hand. The logarithm of a computed softmax is cut off where the softmax
// underflows, and its gradient with it; taken from the softmax's input both are exact. So a loss looks there first.
import type { Tensor } from '@nablajs/tensor';

/** Probabilities are kept this far from 0 and 1 before their logarithm is taken: Keras' epsilon. */
const EPSILON = 1e-7;

/** Logarithms of class probabilities along the last axis, which are scaled to add up to 1 when they do not come from logits. */
export function logProbabilities(prediction: Tensor, fromLogits: boolean): Tensor {
  const logits = fromLogits ? prediction : scoresBehind('softmax', prediction);
  if (logits) return logits.logSoftmax(-1);
  return keptInside(prediction.div(prediction.sum(-1, { keepDims: true }))).log();
}

/** The scores of independent yes-or-no decisions: the prediction itself, the input of the sigmoid it comes from, or `null`. */
export function logitsOf(prediction: Tensor, fromLogits: boolean): Tensor | null {
  return fromLogits ? prediction : scoresBehind('sigmoid', prediction);
}

/** Probabilities limited to where logarithms are finite. */
export function keptInside(probabilities: Tensor): Tensor {
  return probabilities.clip(EPSILON, 1 - EPSILON);
}

function scoresBehind(op: 'softmax' | 'sigmoid', prediction: Tensor): Tensor | null {
  const { node } = prediction;
  if (node.op?.definition.name !== op) return null;
  if (op === 'softmax' && node.attrs.axis !== prediction.rank - 1) return null;
  return prediction.derive(node.inputs[0]!);
}
