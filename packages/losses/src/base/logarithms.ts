// Logarithms of probabilities, from whatever is at hand. The logarithm of a computed softmax is cut off where the softmax
// underflows, and its gradient with it; taken from the softmax's input both are exact. So a loss looks there first.
import { isFloat, type Tensor } from '@nablajs/tensor';

/** Probabilities are kept this far from 0 and 1 before their logarithm is taken: Keras' epsilon. */
const EPSILON = 1e-7;

/** Logarithms of class probabilities along an axis, which are scaled to add up to 1 when they do not come from logits. */
export function logProbabilities(prediction: Tensor, fromLogits: boolean, axis: number = prediction.rank - 1): Tensor {
  const logits = fromLogits ? prediction : scoresBehind('softmax', prediction, axis);
  if (logits) return logits.logSoftmax(axis);
  return keptInside(prediction.div(prediction.sum(axis, { keepDims: true }))).log();
}

/** The scores of independent yes-or-no decisions: the prediction itself, the input of the sigmoid it comes from, or `null`. */
export function logitsOf(prediction: Tensor, fromLogits: boolean): Tensor | null {
  return fromLogits ? prediction : scoresBehind('sigmoid', prediction);
}

/** Probabilities limited to where logarithms are finite. */
export function keptInside(probabilities: Tensor): Tensor {
  return probabilities.clip(EPSILON, 1 - EPSILON);
}

function scoresBehind(op: 'softmax' | 'sigmoid', prediction: Tensor, axis?: number): Tensor | null {
  let { node } = prediction;
  // In mixed precision the result of a half-float softmax arrives as a float32.
  while (node.op?.definition.name === 'cast' && isFloat(node.inputs[0]!.spec.dtype)) node = node.inputs[0]!;
  if (node.op?.definition.name !== op) return null;
  if (op === 'softmax' && node.attrs.axis !== axis) return null;
  return prediction.derive(node.inputs[0]!).cast(prediction.dtype);
}
