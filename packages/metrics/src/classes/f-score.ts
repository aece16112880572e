import type { Tensor } from '@nablajs/tensor';
import { requireOneOf } from '../base/config.ts';
import { Metric, type MetricOptions } from '../base/metric.ts';
import { classesOf, truthMask } from '../base/truth.ts';
import { alignWeight, ratio, weightedSum } from '../base/weight.ts';

/** How the scores of classes become one. */
export type Average = 'micro' | 'macro' | 'weighted';

/** Config of {@link F1Score}. */
export interface F1ScoreConfig {
  /**
   * `macro`: the mean over classes; `weighted`: by how often they are true; `micro`: from the counts of all together.
   * Default `null`: one score per class.
   */
  readonly average: Average | null;
  /** Predictions above it say yes. Default `null`: each sample says yes to its highest score (a single column to above 0.5). */
  readonly threshold: number | null;
}

type ClassSums = { readonly hits: Tensor; readonly said: Tensor; readonly actual: Tensor };

abstract class FScore<Config extends F1ScoreConfig> extends Metric<Config, ClassSums> {
  /** How much more recall counts than precision. */
  protected abstract get beta(): number;

  constructor(options?: MetricOptions<Config>) {
    super(options);
    requireOneOf(this.type, 'average', this.config.average, [null, 'micro', 'macro', 'weighted']);
  }

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): ClassSums {
    const classes = classesOf(prediction);
    const mask = truthMask(this.type, truth, prediction);
    const weights = sampleWeight && alignWeight(sampleWeight, mask).broadcastTo(mask.shape).reshape([-1, classes]);
    const labels = mask.reshape([-1, classes]);
    const said = this.#decide(prediction.reshape([-1, classes]));
    const axes = this.config.average === 'micro' ? [0, 1] : 0;
    return {
      hits: weightedSum(said.logicalAnd(labels), weights, axes),
      said: weightedSum(said, weights, axes),
      actual: weightedSum(labels, weights, axes),
    };
  }

  #decide(scores: Tensor): Tensor {
    const { threshold } = this.config;
    if (threshold !== null) return scores.greater(threshold);
    if (scores.shape[1] === 1) return scores.greater(0.5);
    // A sample that scores 0 everywhere says yes to nothing, as in Keras.
    return scores.greaterEqual(scores.max(-1, { keepDims: true })).logicalAnd(scores.abs().greater(1e-9));
  }

  protected combine({ hits, said, actual }: ClassSums): Tensor {
    const square = this.beta ** 2;
    // (1 + b^2) P R / (b^2 P + R) with P = hits / said and R = hits / actual.
    const scores = ratio(hits.mul(1 + square), actual.mul(square).add(said));
    if (this.config.average === 'weighted') return ratio(scores.mul(actual).sum(), actual.sum());
    return this.config.average === 'macro' || scores.size === 1 ? scores.mean() : scores;
  }
}

/**
 * The harmonic mean of precision and recall: `2 P R / (P + R)`, of each class or averaged; 0 where neither exists.
 * Truth as one-hot rows, class numbers, or 0 and 1.
 */
export class F1Score extends FScore<F1ScoreConfig> {
  static override readonly type: string = 'F1Score';
  static override readonly defaults: object = { average: null, threshold: null };

  protected get beta(): number {
    return 1;
  }
}

/** Config of {@link FBetaScore}. */
export interface FBetaScoreConfig extends F1ScoreConfig {
  /** How much more recall counts than precision. Default 1. */
  readonly beta: number;
}

/** {@link F1Score} with recall counting `beta` times as much as precision: `(1 + b^2) P R / (b^2 P + R)`. */
export class FBetaScore extends FScore<FBetaScoreConfig> {
  static override readonly type: string = 'FBetaScore';
  static override readonly defaults: object = { average: null, threshold: null, beta: 1 };

  protected get beta(): number {
    return this.config.beta;
  }
}
