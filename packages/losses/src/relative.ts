// Errors in proportion to the truth.
import type { Tensor } from '@nablajs/tensor';
import { alignTruth, ONE_EACH } from './align.ts';
import { Loss, perSample } from './loss.ts';

const EPSILON = 1e-7;

/** `100 |truth - prediction| / |truth|`, averaged over the last axis. The divisor is kept at 1e-7 or more. */
export class MeanAbsolutePercentageError extends Loss {
  static override readonly type: string = 'MeanAbsolutePercentageError';

  call(truth: Tensor, prediction: Tensor): Tensor {
    const target = alignTruth(this.type, truth, prediction, ONE_EACH);
    return perSample(target.sub(prediction).div(target.abs().maximum(EPSILON)).abs()).mul(100);
  }
}

/** `(ln(1 + truth) - ln(1 + prediction))^2`, averaged over the last axis: for numbers from 0 on of any magnitude. */
export class MeanSquaredLogarithmicError extends Loss {
  static override readonly type: string = 'MeanSquaredLogarithmicError';

  call(truth: Tensor, prediction: Tensor): Tensor {
    const target = alignTruth(this.type, truth, prediction, ONE_EACH);
    const difference = prediction.maximum(EPSILON).log1p().sub(target.maximum(EPSILON).log1p());
    return perSample(difference.square());
  }
}

/** `prediction - truth ln(prediction)`, averaged over the last axis: for counts, where the prediction is their mean. */
export class Poisson extends Loss {
  static override readonly type: string = 'Poisson';

  call(truth: Tensor, prediction: Tensor): Tensor {
    const target = alignTruth(this.type, truth, prediction, ONE_EACH);
    return perSample(prediction.sub(target.mul(prediction.add(EPSILON).log())));
  }
}
