import { softplus, type Tensor } from '@nablajs/tensor';
import { errorOf, perSample } from '../base/align.ts';
import { Loss } from '../base/loss.ts';

/**
 * `ln(cosh(e))`, averaged over the last axis: a Huber loss without a seam. Computed as `e + softplus(-2 e) - ln 2`.
 * @throws ShapeError when the shapes do not go together
 */
export function logCosh(truth: Tensor, prediction: Tensor): Tensor {
  return logCoshOf('logCosh', truth, prediction);
}

function logCoshOf(name: string, truth: Tensor, prediction: Tensor): Tensor {
  const error = errorOf(name, truth, prediction);
  return perSample(error.add(softplus(error.mul(-2))).sub(Math.LN2));
}

/** {@link logCosh} as a loss. */
export class LogCosh extends Loss {
  static override readonly type: string = 'LogCosh';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return logCoshOf(this.type, truth, prediction);
  }
}
