// Correlations of ranks: whether more of the one goes with more of the other, in whatever proportion.
import type { HostArray } from '@nablajs/tensor';
import { requireOneOf } from '../base/config.ts';
import type { MetricOptions } from '../base/metric.ts';
import { eachPair, Moments, PairMetric } from './columns.ts';

/** All pairs of a column. */
interface Pairs {
  readonly truth: number[];
  readonly prediction: number[];
  readonly weights: number[];
}

abstract class RankCorrelation<Config extends object = object> extends PairMetric<Config> {
  #columns: Pairs[] = [];

  protected abstract of(pairs: Pairs): number;

  protected add(
    batch: { readonly truth: HostArray; readonly prediction: HostArray },
    columns: number,
    sampleWeight: HostArray | undefined,
  ): void {
    eachPair(batch, columns, sampleWeight, (_, column, y, p, weight) => {
      this.#columns[column] ??= { truth: [], prediction: [], weights: [] };
      const { truth, prediction, weights } = this.#columns[column];
      truth.push(y);
      prediction.push(p);
      weights.push(weight);
    });
  }

  resultHost(): number {
    const isOrdered = ({ truth, prediction }: Pairs): boolean => ![...truth, ...prediction].some(Number.isNaN);
    const scores = this.#columns.map((pairs) => (isOrdered(pairs) ? this.of(pairs) : Number.NaN));
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }

  reset(): void {
    this.#columns = [];
  }
}

/** The places of values in a rising order, equal values together. */
function ties(values: readonly number[]): number[][] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const groups: number[][] = [];
  for (const i of order) {
    const last = groups.at(-1);
    if (last && values[last[0]!] === values[i]) last.push(i);
    else groups.push([i]);
  }
  return groups;
}

/**
 * The linear correlation of ranks, -1 to 1; equal values share the mean of their ranks. Along each column over the whole data
 * set, and the mean over columns; a weight of 2 counts as two samples. NaN where a column never changes. Spearman, 1904,
 * doi:10.2307/1412159.
 */
export class SpearmanCorrelation extends RankCorrelation {
  static override readonly type: string = 'SpearmanCorrelation';

  protected of({ truth, prediction, weights }: Pairs): number {
    const [y, p] = [ranks(truth, weights), ranks(prediction, weights)];
    const moments = new Moments();
    for (const [i, weight] of weights.entries()) moments.add(y[i]!, p[i]!, weight);
    const { covariance, varianceTruth, variancePrediction } = moments;
    return covariance / Math.sqrt(varianceTruth * variancePrediction);
  }
}

/** Ranks from 0, those of equal values their middle. */
function ranks(values: readonly number[], weights: readonly number[]): Float64Array {
  const found = new Float64Array(values.length);
  let below = 0;
  for (const group of ties(values)) {
    const own = group.reduce((sum, i) => sum + weights[i]!, 0);
    for (const i of group) found[i] = below + own / 2;
    below += own;
  }
  return found;
}

/** Config of {@link KendallCorrelation}. */
export interface KendallCorrelationConfig {
  /** `b` (the default) corrects for equal values; `c` is for few distinct values, of which one side has more than the other. */
  readonly variant: 'b' | 'c';
}

/**
 * Pairs of samples in the same order minus pairs in the opposite one, as a share of those that have an order, -1 to 1. Along
 * each column over the whole data set, and the mean over columns; a weight of 2 counts as two samples. NaN where a column never
 * changes. Kendall, 1938, doi:10.1093/biomet/30.1-2.81; for `b` 1945, for `c` Stuart, 1953.
 */
export class KendallCorrelation extends RankCorrelation<KendallCorrelationConfig> {
  static override readonly type: string = 'KendallCorrelation';
  static override readonly defaults: object = { variant: 'b' };

  constructor(options: MetricOptions<KendallCorrelationConfig> = {}) {
    super(options);
    requireOneOf(this.type, 'variant', this.config.variant, ['b', 'c']);
  }

  protected of({ truth, prediction, weights }: Pairs): number {
    const weightOf = (group: readonly number[]): number => group.reduce((sum, i) => sum + weights[i]!, 0);
    const [rows, columns] = [ties(truth), ties(prediction)];
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const agreement = orderedAlike(rows, columns, weights);
    if (this.config.variant === 'c') {
      const least = Math.min(rows.length, columns.length);
      return (2 * agreement) / (whole ** 2 * (1 - 1 / least));
    }
    const untied = (groups: readonly number[][]): number =>
      (whole ** 2 - groups.reduce((sum, group) => sum + weightOf(group) ** 2, 0)) / 2;
    return agreement / Math.sqrt(untied(rows) * untied(columns));
  }
}

/** Pairs in the same order minus pairs in the opposite one, by the product of their weights. Knight, 1966, with sums in a tree. */
function orderedAlike(rows: readonly number[][], columns: readonly number[][], weights: readonly number[]): number {
  const level = new Uint32Array(weights.length);
  for (const [k, group] of columns.entries()) for (const i of group) level[i] = k + 1;
  // Fenwick, 1994: sums of weights up to each level.
  const tree = new Float64Array(columns.length + 1);
  const upTo = (k: number): number => {
    let sum = 0;
    for (let at = k; at > 0; at -= at & -at) sum += tree[at]!;
    return sum;
  };
  let [agreement, seen] = [0, 0];
  for (const group of rows) {
    for (const i of group) agreement += weights[i]! * (upTo(level[i]! - 1) - (seen - upTo(level[i]!)));
    for (const i of group) {
      for (let at = level[i]!; at < tree.length; at += at & -at) tree[at]! += weights[i]!;
      seen += weights[i]!;
    }
  }
  return agreement;
}
