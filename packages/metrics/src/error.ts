import type { Tensor } from '@nablajs/tensor';
import { MeanMetric, type MeanSums } from './mean.ts';
import { likePrediction } from './truth.ts';

function errorOf(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return prediction.sub(likePrediction(name, truth, prediction).cast(prediction.dtype));
}

/** The mean of `(prediction - truth)^2` over all elements. */
export class MeanSquaredError extends MeanMetric {
  static override readonly type: string = 'MeanSquaredError';

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    return errorOf(this.type, truth, prediction).square();
  }
}

/** The root of the mean of `(prediction - truth)^2` over all elements. */
export class RootMeanSquaredError extends MeanSquaredError {
  static override readonly type: string = 'RootMeanSquaredError';

  protected override combine(sums: MeanSums): Tensor {
    return super.combine(sums).sqrt();
  }
}

/** The mean of `|prediction - truth|` over all elements. */
export class MeanAbsoluteError extends MeanMetric {
  static override readonly type: string = 'MeanAbsoluteError';

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    return errorOf(this.type, truth, prediction).abs();
  }
}
