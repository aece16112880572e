import { oneHot, type Tensor } from '@nablajs/tensor';
import { requireOneOf } from '../base/config.ts';
import { MeanMetric } from '../base/mean.ts';
import type { MetricOptions } from '../base/metric.ts';
import { classesOf, truthMask } from '../base/truth.ts';
import { ratio } from '../base/weight.ts';

/** Config of {@link GeneralizedDiceScore}. */
export interface GeneralizedDiceScoreConfig {
  /** Classes count by 1 over their true area, over its square (the default), or all alike. */
  readonly weightType: 'simple' | 'square' | 'linear';
  /** Whether class 0 counts. Default `true`. */
  readonly includeBackground: boolean;
}

/**
 * How well areas of all classes cover each other, small ones counting as much as large ones:
 * `2 sum w common / sum w (true + said)` of each sample, and the mean over samples. Truth as class numbers `[batch, ...]` or
 * one-hot, scores `[batch, ..., classes]`, of which the highest is chosen; one column says yes above 0.5. A class that a sample
 * has not counts like its smallest. Sudre et al., 2017, arXiv:1707.03237.
 */
export class GeneralizedDiceScore extends MeanMetric<GeneralizedDiceScoreConfig> {
  static override readonly type: string = 'GeneralizedDiceScore';
  static override readonly defaults: object = { weightType: 'square', includeBackground: true };

  constructor(options: MetricOptions<GeneralizedDiceScoreConfig> = {}) {
    super(options);
    requireOneOf(this.type, 'weightType', this.config.weightType, ['simple', 'square', 'linear']);
  }

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    const classes = classesOf(prediction);
    const mask = truthMask(this.type, truth, prediction);
    const said = classes === 1 ? prediction.greater(0.5) : oneHot(prediction.argMax(-1), classes, 'bool');
    const area = (which: Tensor): Tensor => this.#counted(which.reshape([which.shape[0]!, -1, classes]));
    const actual = area(mask);
    const weights = this.#weights(actual);
    const common = weights.mul(area(mask.logicalAnd(said))).sum(-1);
    return ratio(common.mul(2), weights.mul(actual.add(area(said))).sum(-1));
  }

  /** `[batch, classes]`: how many places of each class that counts. */
  #counted(which: Tensor): Tensor {
    const areas = which.sum(1).cast('float32');
    return this.config.includeBackground ? areas : areas.slice([0, 1], [areas.shape[0]!, areas.shape[1]! - 1]);
  }

  #weights(areas: Tensor): Tensor {
    const { weightType } = this.config;
    if (weightType === 'linear') return areas.greaterEqual(0).cast('float32');
    const occurs = areas.greater(0);
    const smallest = occurs.where(areas, Number.POSITIVE_INFINITY).min(-1, { keepDims: true });
    // A sample without any true place has no smallest area either: all classes count alike.
    const known = occurs.where(areas, occurs.any(-1, { keepDims: true }).where(smallest, 1));
    return weightType === 'simple' ? known.reciprocal() : known.square().reciprocal();
  }
}
