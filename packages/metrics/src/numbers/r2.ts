import { ConfigError, type HostArray } from '@nablajs/tensor';
import { requireOneOf } from '../base/config.ts';
import type { MetricOptions } from '../base/metric.ts';
import { eachPair, Moments, PairMetric } from './columns.ts';

/** How the scores of columns become one: their mean, their mean by variance of the truth, or not at all. */
export type ClassAggregation = 'uniformAverage' | 'varianceWeightedAverage' | null;

/** Config of {@link ExplainedVariance}. */
export interface ExplainedVarianceConfig {
  /** Default `uniformAverage`. */
  readonly classAggregation: ClassAggregation;
}

abstract class VarianceScore<Config extends ExplainedVarianceConfig> extends PairMetric<Config> {
  #columns: { readonly pair: Moments; squares: number }[] = [];

  constructor(options?: MetricOptions<Config>) {
    super(options);
    const allowed = [null, 'uniformAverage', 'varianceWeightedAverage'];
    requireOneOf(this.type, 'classAggregation', this.config.classAggregation, allowed);
  }

  /** What of the truth's variance the prediction leaves, as a variance too. */
  protected abstract left(errors: Moments, squares: number): number;

  protected add(
    batch: { readonly truth: HostArray; readonly prediction: HostArray },
    columns: number,
    sampleWeight: HostArray | undefined,
  ): void {
    eachPair(batch, columns, sampleWeight, (_, column, y, p, weight) => {
      this.#columns[column] ??= { pair: new Moments(), squares: 0 };
      // The truth beside the error.
      this.#columns[column].pair.add(y, y - p, weight);
      this.#columns[column].squares += weight * (y - p) ** 2;
    });
  }

  resultHost(): number | number[] {
    const { classAggregation } = this.config;
    const scores = this.#columns.map(({ pair, squares }) => {
      const left = this.left(pair, squares);
      const score = 1 - left / pair.varianceTruth;
      // Nothing to explain: 1 when nothing is left, else 0, as Keras and scikit-learn have it.
      return pair.varianceTruth > 0 ? score : Number(left === 0);
    });
    if (classAggregation === null) return scores.map((score) => this.adjusted(score, this.samples));
    const shares = this.#columns.map(({ pair }) => (classAggregation === 'uniformAverage' ? 1 : pair.varianceTruth));
    const whole = shares.reduce((sum, share) => sum + share, 0);
    return this.adjusted(scores.reduce((sum, score, i) => sum + score * shares[i]!, 0) / whole, this.samples);
  }

  /** A score as it is reported. */
  protected adjusted(score: number, _samples: number): number {
    return score;
  }

  protected get samples(): number {
    return this.#columns[0]?.pair.count ?? 0;
  }

  reset(): void {
    this.#columns = [];
  }
}

/** The share of the truth's variance that the prediction explains; a constant error is forgiven. */
export class ExplainedVariance extends VarianceScore<ExplainedVarianceConfig> {
  static override readonly type: string = 'ExplainedVariance';
  static override readonly defaults: object = { classAggregation: 'uniformAverage' };

  protected left(errors: Moments): number {
    return errors.variancePrediction;
  }
}

/** Config of {@link R2Score}. */
export interface R2ScoreConfig extends ExplainedVarianceConfig {
  /** Adjusts the score for a model with so many inputs: more would fit by chance. Default 0: not adjusted. */
  readonly numRegressors: number;
}

/**
 * `1 - sum (truth - prediction)^2 / sum (truth - mean)^2`: 1 is perfect, 0 as good as the mean, below 0 worse. Exact over the
 * data set; computed on the host.
 */
export class R2Score extends VarianceScore<R2ScoreConfig> {
  static override readonly type: string = 'R2Score';
  static override readonly defaults: object = { classAggregation: 'uniformAverage', numRegressors: 0 };

  constructor(options: MetricOptions<R2ScoreConfig> = {}) {
    super(options);
    const { numRegressors } = this.config;
    if (Number.isInteger(numRegressors) && numRegressors >= 0) return;
    throw new ConfigError(
      `${this.type}: numRegressors must be a whole number of at least 0, got ${String(numRegressors)}.`,
    );
  }

  protected left(errors: Moments, squares: number): number {
    return squares / errors.weight;
  }

  protected override adjusted(score: number, samples: number): number {
    const { numRegressors } = this.config;
    // With as many inputs as samples there is nothing to adjust by.
    if (numRegressors === 0 || numRegressors >= samples - 1) return score;
    return 1 - ((1 - score) * (samples - 1)) / (samples - numRegressors - 1);
  }
}
