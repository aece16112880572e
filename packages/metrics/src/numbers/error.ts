import { ConfigError, type Tensor } from '@nablajs/tensor';
import { MeanMetric, type MeanSums } from '../base/mean.ts';
import type { MetricOptions } from '../base/metric.ts';
import { errorOf } from './error-of.ts';

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

/** Config of {@link MinkowskiDistance}. */
export interface MinkowskiDistanceConfig {
  /** The power, at least 1: 1 along the axes, 2 as the crow flies. It must be given. */
  readonly p: number;
}

/** The distance of the prediction from the truth as one long vector, `(sum |prediction - truth|^p)^(1/p)`. */
export class MinkowskiDistance extends MeanMetric<MinkowskiDistanceConfig> {
  static override readonly type: string = 'MinkowskiDistance';
  static override readonly defaults: object = { p: null };

  constructor(p: number | MetricOptions<MinkowskiDistanceConfig>, options: { readonly name?: string } = {}) {
    super(typeof p === 'number' ? { ...options, p } : p);
    if (this.config.p >= 1 && this.config.p < Number.POSITIVE_INFINITY) return;
    throw new ConfigError(`${this.type}: p must be a number of at least 1, got ${String(this.config.p)}.`);
  }

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    return errorOf(this.type, truth, prediction).abs().pow(this.config.p);
  }

  protected override combine({ total }: MeanSums): Tensor {
    return total.pow(1 / this.config.p);
  }
}
