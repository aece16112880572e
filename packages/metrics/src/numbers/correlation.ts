import { ConfigError, type HostArray } from '@nablajs/tensor';
import type { MetricOptions } from '../base/metric.ts';
import { eachPair, Moments, PairMetric } from './columns.ts';

/** Config of {@link PearsonCorrelation} and {@link ConcordanceCorrelation}. */
export interface CorrelationConfig {
  /**
   * -1 (the default): along each row, and the mean over rows; with a single column there is nothing to correlate. 0: along
   * each column over the whole data set, and the mean over columns.
   */
  readonly axis: 0 | -1;
}

abstract class Correlation extends PairMetric<CorrelationConfig> {
  static override readonly defaults: object = { axis: -1 };

  #columns: Moments[] = [];
  #total = 0;
  #weight = 0;

  constructor(options: MetricOptions<CorrelationConfig> = {}) {
    super(options);
    const { axis } = this.config;
    if (axis === 0 || axis === -1) return;
    throw new ConfigError(`${this.type}: axis must be -1, along rows, or 0, along columns, got ${String(axis)}.`);
  }

  protected abstract of(moments: Moments): number;

  protected add(
    batch: { readonly truth: HostArray; readonly prediction: HostArray },
    columns: number,
    sampleWeight: HostArray | undefined,
  ): void {
    if (this.config.axis === 0) {
      eachPair(batch, columns, sampleWeight, (_, column, y, p, weight) => {
        this.#columns[column] ??= new Moments();
        this.#columns[column].add(y, p, weight);
      });
      return;
    }
    let row = new Moments();
    eachPair(batch, columns, sampleWeight, (_, column, y, p, weight) => {
      row.add(y, p, 1);
      if (column < columns - 1) return;
      this.#total += weight * this.of(row);
      this.#weight += weight;
      row = new Moments();
    });
  }

  resultHost(): number {
    if (this.config.axis === -1) return this.#total / this.#weight;
    return this.#columns.reduce((sum, moments) => sum + this.of(moments), 0) / this.#columns.length;
  }

  reset(): void {
    this.#columns = [];
    [this.#total, this.#weight] = [0, 0];
  }
}

/** How well a straight line leads from truth to prediction, -1 to 1. NaN where one of them never changes. */
export class PearsonCorrelation extends Correlation {
  static override readonly type: string = 'PearsonCorrelation';

  protected of({ covariance, varianceTruth, variancePrediction }: Moments): number {
    return covariance / Math.sqrt(varianceTruth * variancePrediction);
  }
}

/**
 * How near predictions are to the truth itself, -1 to 1: `2 cov / (var + var + (mean - mean)^2)`. Lin, 1989,
 * doi:10.2307/2532051.
 */
export class ConcordanceCorrelation extends Correlation {
  static override readonly type: string = 'ConcordanceCorrelation';

  protected of(moments: Moments): number {
    const { covariance, varianceTruth, variancePrediction, meanTruth, meanPrediction } = moments;
    return (2 * covariance) / (varianceTruth + variancePrediction + (meanTruth - meanPrediction) ** 2 + 1e-7);
  }
}
