import type { Tensor } from '@nablajs/tensor';
import { requireOneOf } from '../base/config.ts';
import { type Cells, type MatrixConfig, MatrixMetric } from '../base/matrix.ts';
import type { MetricOptions } from '../base/metric.ts';
import { ratio } from '../base/weight.ts';

/** Config of {@link ConfusionMatrix}. */
export interface ConfusionMatrixConfig extends MatrixConfig {
  /** Shares instead of counts: of each true class, of each predicted class, or of all. Default `null`: counts. */
  readonly normalize: 'truth' | 'prediction' | 'all' | null;
}

/**
 * How often each class was taken for each: `[classes, classes]`, one row per true class, one column per predicted class.
 * Labels outside the classes are not counted.
 */
export class ConfusionMatrix extends MatrixMetric<ConfusionMatrixConfig> {
  static override readonly type: string = 'ConfusionMatrix';
  static override readonly defaults: object = { numClasses: null, threshold: 0.5, normalize: null };

  constructor(options: MetricOptions<ConfusionMatrixConfig> = {}) {
    super(options);
    requireOneOf(this.type, 'normalize', this.config.normalize, [null, 'truth', 'prediction', 'all']);
  }

  protected combine({ cells }: Cells): Tensor {
    const { normalize } = this.config;
    if (normalize === null) return cells;
    const axes = normalize === 'truth' ? 1 : normalize === 'prediction' ? 0 : undefined;
    return ratio(cells, cells.sum(axes, { keepDims: true }));
  }
}
