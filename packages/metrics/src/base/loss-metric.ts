// A loss, watched and not trained on: its mean over all samples.
import {
  BinaryCrossentropy as BinaryCrossentropyLoss,
  CategoricalCrossentropy as CategoricalCrossentropyLoss,
  CategoricalHinge as CategoricalHingeLoss,
  CosineSimilarity as CosineSimilarityLoss,
  Hinge as HingeLoss,
  KLDivergence as KLDivergenceLoss,
  LogCosh as LogCoshLoss,
  type Loss,
  MeanAbsolutePercentageError as MeanAbsolutePercentageErrorLoss,
  MeanSquaredLogarithmicError as MeanSquaredLogarithmicErrorLoss,
  Poisson as PoissonLoss,
  SparseCategoricalCrossentropy as SparseCategoricalCrossentropyLoss,
  SquaredHinge as SquaredHingeLoss,
} from '@nablajs/losses';
import type { Tensor } from '@nablajs/tensor';
import { MeanMetric, type MeanSums } from './mean.ts';
import type { MetricOptions } from './metric.ts';
import { weightedSum } from './weight.ts';

/**
 * The mean of a loss over all samples.
 * @example
 * class Huber extends LossMetric<{ readonly delta: number }> {
 *   static override readonly type: string = 'acme/Huber';
 *   static override readonly defaults: object = { delta: 1 };
 *   protected make(config: { readonly delta: number }): Loss {
 *     return new HuberLoss(config);
 *   }
 * }
 */
export abstract class LossMetric<Config extends object = object> extends MeanMetric<Config> {
  readonly #loss: Loss;

  constructor(options?: MetricOptions<Config>) {
    super(options);
    this.#loss = this.make(this.config);
  }

  /** The loss with these options. */
  protected abstract make(config: Config): Loss;

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    return this.#loss.call(truth, prediction);
  }
}

/** Config of {@link BinaryCrossentropy}. */
export interface BinaryCrossentropyMetricConfig {
  /** Predictions are scores before the sigmoid, or softmax. Default `false`: they are probabilities. */
  readonly fromLogits: boolean;
  /** This share of each label is spread evenly over all classes. 0 to 1, default 0. */
  readonly labelSmoothing: number;
}

/** The mean crossentropy of yes-or-no decisions. */
export class BinaryCrossentropy extends LossMetric<BinaryCrossentropyMetricConfig> {
  static override readonly type: string = 'BinaryCrossentropy';
  static override readonly defaults: object = { fromLogits: false, labelSmoothing: 0 };

  protected make(config: BinaryCrossentropyMetricConfig): Loss {
    return new BinaryCrossentropyLoss(config);
  }
}

/** Config of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyMetricConfig extends BinaryCrossentropyMetricConfig {
  /** The axis of the classes. Default -1, the last. */
  readonly axis: number;
}

/** The mean crossentropy of one class of several; truth as one-hot rows. */
export class CategoricalCrossentropy extends LossMetric<CategoricalCrossentropyMetricConfig> {
  static override readonly type: string = 'CategoricalCrossentropy';
  static override readonly defaults: object = { fromLogits: false, labelSmoothing: 0, axis: -1 };

  protected make(config: CategoricalCrossentropyMetricConfig): Loss {
    return new CategoricalCrossentropyLoss(config);
  }
}

/** Config of {@link SparseCategoricalCrossentropy} and {@link Perplexity}. */
export interface SparseCategoricalCrossentropyMetricConfig {
  /** Predictions are scores before the softmax. Default `false`: they are probabilities. */
  readonly fromLogits: boolean;
  /** Samples with this label are not counted. Default `null`: all are. */
  readonly ignoreClass: number | null;
  /** The axis of the classes. Default -1, the last. */
  readonly axis: number;
}

/** The mean crossentropy of one class of several; truth as class numbers. */
export class SparseCategoricalCrossentropy extends LossMetric<SparseCategoricalCrossentropyMetricConfig> {
  static override readonly type: string = 'SparseCategoricalCrossentropy';
  static override readonly defaults: object = { fromLogits: false, ignoreClass: null, axis: -1 };

  protected make(config: SparseCategoricalCrossentropyMetricConfig): Loss {
    return new SparseCategoricalCrossentropyLoss(config);
  }

  protected override counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): MeanSums {
    const { ignoreClass } = this.config;
    const sums = super.counts(truth, prediction, sampleWeight);
    if (ignoreClass === null) return sums;
    const losses = this.values(truth, prediction);
    const counted = truth.cast('int32').reshape(losses.shape).notEqual(ignoreClass);
    return { ...sums, count: weightedSum(counted, sampleWeight) };
  }
}

/** `exp` of the mean crossentropy: among how many equally likely classes the model seems to choose. */
export class Perplexity extends SparseCategoricalCrossentropy {
  static override readonly type: string = 'Perplexity';

  protected override combine(sums: MeanSums): Tensor {
    return super.combine(sums).exp();
  }
}

/** The mean Kullback-Leibler divergence of rows of probabilities. */
export class KLDivergence extends LossMetric {
  static override readonly type: string = 'KLDivergence';

  protected make(): Loss {
    return new KLDivergenceLoss();
  }
}

/** The mean of `prediction - truth ln(prediction)`. */
export class Poisson extends LossMetric {
  static override readonly type: string = 'Poisson';

  protected make(): Loss {
    return new PoissonLoss();
  }
}

/** The mean of `max(0, 1 - truth prediction)`, labels -1 or 0, and 1. */
export class Hinge extends LossMetric {
  static override readonly type: string = 'Hinge';

  protected make(): Loss {
    return new HingeLoss();
  }
}

/** The mean of `max(0, 1 - truth prediction)^2`, labels -1 or 0, and 1. */
export class SquaredHinge extends LossMetric {
  static override readonly type: string = 'SquaredHinge';

  protected make(): Loss {
    return new SquaredHingeLoss();
  }
}

/** The mean lead that is missing for the true class; one-hot rows. */
export class CategoricalHinge extends LossMetric {
  static override readonly type: string = 'CategoricalHinge';

  protected make(): Loss {
    return new CategoricalHingeLoss();
  }
}

/** The mean of `ln(cosh(prediction - truth))`. */
export class LogCoshError extends LossMetric {
  static override readonly type: string = 'LogCoshError';

  protected make(): Loss {
    return new LogCoshLoss();
  }
}

/** The mean error in percent of the truth. */
export class MeanAbsolutePercentageError extends LossMetric {
  static override readonly type: string = 'MeanAbsolutePercentageError';

  protected make(): Loss {
    return new MeanAbsolutePercentageErrorLoss();
  }
}

/** The mean of `(ln(1 + truth) - ln(1 + prediction))^2`. */
export class MeanSquaredLogarithmicError extends LossMetric {
  static override readonly type: string = 'MeanSquaredLogarithmicError';

  protected make(): Loss {
    return new MeanSquaredLogarithmicErrorLoss();
  }
}

/** Config of {@link CosineSimilarity}. */
export interface CosineSimilarityMetricConfig {
  /** The axis the vectors lie along. Default -1. */
  readonly axis: number;
}

/** The mean cosine of the angle between truth and prediction: 1 where they point the same way; the loss is its negative. */
export class CosineSimilarity extends LossMetric<CosineSimilarityMetricConfig> {
  static override readonly type: string = 'CosineSimilarity';
  static override readonly defaults: object = { axis: -1 };

  protected make(config: CosineSimilarityMetricConfig): Loss {
    return new CosineSimilarityLoss(config);
  }

  protected override values(truth: Tensor, prediction: Tensor): Tensor {
    return super.values(truth, prediction).neg();
  }
}
