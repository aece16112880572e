import type { Tensor } from '@nablajs/tensor';
import { errorOf, perSample } from '../base/align.ts';
import { Loss } from '../base/loss.ts';

/**
 * `(prediction - truth)^2`, averaged over the last axis. `[batch, numbers]` -> `[batch]`; `[batch]` stays `[batch]`.
 * @throws ShapeError when the shapes do not go together
 */
export function meanSquaredError(truth: Tensor, prediction: Tensor): Tensor {
  return squared('meanSquaredError', truth, prediction);
}

function squared(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return perSample(errorOf(name, truth, prediction).square());
}

/** {@link meanSquaredError} as a loss. */
export class MeanSquaredError extends Loss {
  static override readonly type: string = 'MeanSquaredError';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return squared(this.type, truth, prediction);
  }
}
