// Squared errors beside the size or spread of the truth, in float64 on the host.
import type { HostArray } from '@nablajs/tensor';
import { requireOneOf } from '../base/config.ts';
import type { MetricOptions } from '../base/metric.ts';
import { eachPair, Moments, PairMetric } from './columns.ts';

/** A column: the truth beside squared errors, and its bounds. */
interface Column {
  readonly moments: Moments;
  low: number;
  high: number;
}

abstract class RelativeError<Config extends object> extends PairMetric<Config> {
  #columns: Column[] = [];

  /** The error of one column. */
  protected abstract of(column: Column): number;

  protected add(
    batch: { readonly truth: HostArray; readonly prediction: HostArray },
    columns: number,
    sampleWeight: HostArray | undefined,
  ): void {
    eachPair(batch, columns, sampleWeight, (_, k, y, p, weight) => {
      this.#columns[k] ??= { moments: new Moments(), low: y, high: y };
      const column = this.#columns[k];
      column.moments.add(y, (y - p) ** 2, weight);
      column.low = Math.min(column.low, y);
      column.high = Math.max(column.high, y);
    });
  }

  resultHost(): number {
    return this.#columns.reduce((sum, column) => sum + this.of(column), 0) / this.#columns.length;
  }

  reset(): void {
    this.#columns = [];
  }
}

/** Config of {@link NormalizedRootMeanSquaredError}. */
export interface NormalizedRootMeanSquaredErrorConfig {
  /** What of the truth the error is divided by: its mean (the default), range, standard deviation, or length as a vector. */
  readonly normalization: 'mean' | 'range' | 'std' | 'l2';
}

/** The root of the mean squared error of each column, divided by the size of the truth there; the mean over columns. */
export class NormalizedRootMeanSquaredError extends RelativeError<NormalizedRootMeanSquaredErrorConfig> {
  static override readonly type: string = 'NormalizedRootMeanSquaredError';
  static override readonly defaults: object = { normalization: 'mean' };

  constructor(options: MetricOptions<NormalizedRootMeanSquaredErrorConfig> = {}) {
    super(options);
    requireOneOf(this.type, 'normalization', this.config.normalization, ['mean', 'range', 'std', 'l2']);
  }

  protected of({ moments, low, high }: Column): number {
    const { meanTruth, varianceTruth, meanPrediction, weight } = moments;
    const sizes = {
      mean: meanTruth,
      range: high - low,
      std: Math.sqrt(varianceTruth),
      l2: Math.sqrt(weight * (varianceTruth + meanTruth ** 2)),
    };
    return Math.sqrt(meanPrediction) / sizes[this.config.normalization];
  }
}

/** Config of {@link RelativeSquaredError}. */
export interface RelativeSquaredErrorConfig {
  /** `false` for the root of it. Default `true`. */
  readonly squared: boolean;
}

/**
 * `sum (truth - prediction)^2 / sum (truth - mean)^2` of each column, the mean over columns: 0 is perfect, 1 as good as the
 * mean; {@link R2Score} is 1 minus it.
 */
export class RelativeSquaredError extends RelativeError<RelativeSquaredErrorConfig> {
  static override readonly type: string = 'RelativeSquaredError';
  static override readonly defaults: object = { squared: true };

  protected of({ moments: { meanPrediction, varianceTruth } }: Column): number {
    const share = meanPrediction / varianceTruth;
    return this.config.squared ? share : Math.sqrt(share);
  }
}
