import { isFloat, type Tensor } from '@nablajs/tensor';
import { MeanMetric } from './mean.ts';
import { classNumbers, isSparse, likePrediction } from './truth.ts';

/** Config of {@link HammingDistance}. */
export interface HammingDistanceConfig {
  /** Predictions above it say yes. Default 0.5. */
  readonly threshold: number;
}

/**
 * The share of wrong labels: of all yes-or-no decisions, or, beside class numbers, of all chosen classes. Whole-number
 * predictions are labels themselves.
 */
export class HammingDistance extends MeanMetric<HammingDistanceConfig> {
  static override readonly type: string = 'HammingDistance';
  static override readonly defaults: object = { threshold: 0.5 };

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    if (!isFloat(prediction.dtype)) return likePrediction(this.type, truth, prediction).notEqual(prediction);
    if (isSparse(truth, prediction)) return classNumbers(this.type, truth, prediction).notEqual(prediction.argMax(-1));
    const said = prediction.greater(this.config.threshold).cast('float32');
    return likePrediction(this.type, truth, prediction).cast('float32').notEqual(said);
  }
}
