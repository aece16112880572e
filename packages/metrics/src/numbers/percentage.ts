import type { Tensor } from '@nablajs/tensor';
import { MeanMetric } from '../base/mean.ts';
import { Metric } from '../base/metric.ts';
import { likePrediction } from '../base/truth.ts';
import { ratio, weightedSum } from '../base/weight.ts';
import { errorOf } from './error-of.ts';

/**
 * The mean error in percent of the mean size of truth and prediction, `200 |prediction - truth| / (|prediction| + |truth|)`: 0
 * to 200, and 0 where both are 0.
 */
export class SymmetricMeanAbsolutePercentageError extends MeanMetric {
  static override readonly type: string = 'SymmetricMeanAbsolutePercentageError';

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    const sizes = likePrediction(this.type, truth, prediction).cast(prediction.dtype).abs().add(prediction.abs());
    return ratio(errorOf(this.type, truth, prediction).abs().mul(200), sizes);
  }
}

type Sizes = { readonly errors: Tensor; readonly sizes: Tensor };

/** All errors in percent of all that is true, `100 sum |prediction - truth| / sum |truth|`: small truths do not dominate. */
export class WeightedMeanAbsolutePercentageError extends Metric<object, Sizes> {
  static override readonly type: string = 'WeightedMeanAbsolutePercentageError';

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): Sizes {
    const target = likePrediction(this.type, truth, prediction).cast(prediction.dtype);
    return {
      errors: weightedSum(prediction.sub(target).abs(), sampleWeight),
      sizes: weightedSum(target.abs(), sampleWeight),
    };
  }

  protected combine({ errors, sizes }: Sizes): Tensor {
    return ratio(errors.mul(100), sizes);
  }
}
