import type { Tensor } from '@nablajs/tensor';
import { errorOf, perSample } from '../base/align.ts';
import { Loss } from '../base/loss.ts';

/**
 * `|prediction - truth|`, averaged over the last axis: outliers pull less than under the squared error.
 * @throws ShapeError when the shapes do not go together
 */
export function meanAbsoluteError(truth: Tensor, prediction: Tensor): Tensor {
  return absolute('meanAbsoluteError', truth, prediction);
}

function absolute(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return perSample(errorOf(name, truth, prediction).abs());
}

/** {@link meanAbsoluteError} as a loss. */
export class MeanAbsoluteError extends Loss {
  static override readonly type: string = 'MeanAbsoluteError';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return absolute(this.type, truth, prediction);
  }
}
