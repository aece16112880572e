// Errors in proportion to the truth.
import type { Tensor } from '@nablajs/tensor';
import { alignTruth, ONE_EACH, perSample } from '../base/align.ts';
import { Loss } from '../base/loss.ts';

const EPSILON = 1e-7;

/**
 * `100 |truth - prediction| / |truth|`, averaged over the last axis. The divisor is kept at 1e-7 or more.
 * @throws ShapeError when the shapes do not go together
 */
export function meanAbsolutePercentageError(truth: Tensor, prediction: Tensor): Tensor {
  return percentage('meanAbsolutePercentageError', truth, prediction);
}

function percentage(name: string, truth: Tensor, prediction: Tensor): Tensor {
  const target = alignTruth(name, truth, prediction, ONE_EACH);
  return perSample(target.sub(prediction).div(target.abs().maximum(EPSILON)).abs()).mul(100);
}

/** {@link meanAbsolutePercentageError} as a loss. */
export class MeanAbsolutePercentageError extends Loss {
  static override readonly type: string = 'MeanAbsolutePercentageError';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return percentage(this.type, truth, prediction);
  }
}

/**
 * `(ln(1 + truth) - ln(1 + prediction))^2`, averaged over the last axis: for numbers from 0 on of any magnitude.
 * @throws ShapeError when the shapes do not go together
 */
export function meanSquaredLogarithmicError(truth: Tensor, prediction: Tensor): Tensor {
  return logarithmic('meanSquaredLogarithmicError', truth, prediction);
}

function logarithmic(name: string, truth: Tensor, prediction: Tensor): Tensor {
  const target = alignTruth(name, truth, prediction, ONE_EACH);
  return perSample(prediction.maximum(EPSILON).log1p().sub(target.maximum(EPSILON).log1p()).square());
}

/** {@link meanSquaredLogarithmicError} as a loss. */
export class MeanSquaredLogarithmicError extends Loss {
  static override readonly type: string = 'MeanSquaredLogarithmicError';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return logarithmic(this.type, truth, prediction);
  }
}

/**
 * `prediction - truth ln(prediction)`, averaged over the last axis: for counts, where the prediction is their mean.
 * @throws ShapeError when the shapes do not go together
 */
export function poisson(truth: Tensor, prediction: Tensor): Tensor {
  return poissonOf('poisson', truth, prediction);
}

function poissonOf(name: string, truth: Tensor, prediction: Tensor): Tensor {
  const target = alignTruth(name, truth, prediction, ONE_EACH);
  return perSample(prediction.sub(target.mul(prediction.add(EPSILON).log())));
}

/** {@link poisson} as a loss. */
export class Poisson extends Loss {
  static override readonly type: string = 'Poisson';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return poissonOf(this.type, truth, prediction);
  }
}
