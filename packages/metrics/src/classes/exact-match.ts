import type { Tensor } from '@nablajs/tensor';
import { MeanMetric } from '../base/mean.ts';
import { type HammingDistanceConfig, wrongLabels } from './hamming.ts';

/**
 * The share of samples without any wrong label: all of a sample's yes-or-no decisions, or, beside class numbers, the chosen
 * classes of all its places.
 */
export class ExactMatch extends MeanMetric<HammingDistanceConfig> {
  static override readonly type: string = 'ExactMatch';
  static override readonly defaults: object = { threshold: 0.5 };

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    const wrong = wrongLabels(this.type, truth, prediction, this.config.threshold);
    const within = wrong.shape.map((_, axis) => axis).slice(1);
    return (within.length === 0 ? wrong : wrong.any(within)).logicalNot();
  }
}
