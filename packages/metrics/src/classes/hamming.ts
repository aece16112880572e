import { isFloat, type Tensor } from '@nablajs/tensor';
import { MeanMetric } from '../base/mean.ts';
import { classNumbers, isSparse, likePrediction } from '../base/truth.ts';

/** Config of {@link HammingDistance} and {@link ExactMatch}. */
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
    return wrongLabels(this.type, truth, prediction, this.config.threshold);
  }
}

/** Which labels are wrong, bool: those of decisions, or chosen classes. */
export function wrongLabels(name: string, truth: Tensor, prediction: Tensor, threshold: number): Tensor {
  if (!isFloat(prediction.dtype)) return likePrediction(name, truth, prediction).notEqual(prediction);
  if (isSparse(truth, prediction)) return classNumbers(name, truth, prediction).notEqual(prediction.argMax(-1));
  const said = prediction.greater(threshold).cast('float32');
  return likePrediction(name, truth, prediction).cast('float32').notEqual(said);
}
