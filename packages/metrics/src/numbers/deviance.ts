import { ConfigError, type Tensor } from '@nablajs/tensor';
import { MeanMetric } from '../base/mean.ts';
import type { MetricOptions } from '../base/metric.ts';
import { likePrediction } from '../base/truth.ts';

/** Config of {@link TweedieDevianceScore}. */
export interface TweedieDevianceScoreConfig {
  /** How the variance grows with the mean: 0 (the default) not at all, 1 as for counts, 2 with its square. Not between 0 and 1. */
  readonly power: number;
}

/**
 * The mean deviance of a Tweedie distribution: the squared error for `power: 0`, Poisson for 1, between 1 and 2 amounts that are
 * often 0, gamma for 2, inverse Gaussian for 3. Predictions must be positive except for 0; truths at least 0 for 1 to below 2,
 * positive from 2 on; else it is NaN. Jorgensen, 1987, doi:10.1111/j.2517-6161.1987.tb01685.x.
 */
export class TweedieDevianceScore extends MeanMetric<TweedieDevianceScoreConfig> {
  static override readonly type: string = 'TweedieDevianceScore';
  static override readonly defaults: object = { power: 0 };

  constructor(options: MetricOptions<TweedieDevianceScoreConfig> = {}) {
    super(options);
    const { power } = this.config;
    if (Number.isFinite(power) && !(power > 0 && power < 1)) return;
    throw new ConfigError(`${this.type}: power must be a number up to 0 or from 1 on, got ${String(power)}.`);
  }

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    const { power } = this.config;
    const y = likePrediction(this.type, truth, prediction).cast(prediction.dtype);
    return power === 0 ? prediction.sub(y).square() : halfDeviance(y, prediction, power).mul(2);
  }
}

function halfDeviance(y: Tensor, p: Tensor, power: number): Tensor {
  if (power === 1) {
    const surprise = y.mul(y.div(p).log());
    // 0 ln 0 is 0.
    return y.equal(0).where(0, surprise).add(p).sub(y);
  }
  const change = y.div(p);
  if (power === 2) return change.log().neg().add(change).sub(1);
  const [a, b] = [1 - power, 2 - power];
  // Below 0 the truth may be anything, and what is not positive has no such term.
  const base = power < 0 ? y.maximum(0) : y;
  return base
    .pow(b)
    .mul(1 / (a * b))
    .sub(y.mul(p.pow(a)).mul(1 / a))
    .add(p.pow(b).mul(1 / b));
}
