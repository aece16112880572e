import { ConfigError } from '@nablajs/tensor';
import type { MetricOptions } from '../base/metric.ts';
import { type CurveConfig, cumulated } from './curves.ts';
import { ScoreMetric } from './scores.ts';

/** Config of {@link LogAUC}. */
export interface LogAUCConfig extends CurveConfig {
  /** The false positive rates that count, from above 0 to at most 1. Default `[0.001, 0.1]`. */
  readonly fprRange: readonly [from: number, to: number];
}

/**
 * The area under the ROC curve over the logarithm of the false positive rate, as a share of the largest there can be: for
 * searches, where the first hits matter. Exact along the straight lines of the curve. NaN where there is nothing true or
 * nothing false. Mysinger and Shoichet, 2010, doi:10.1021/ci100214a.
 */
export class LogAUC extends ScoreMetric<LogAUCConfig> {
  static override readonly type: string = 'LogAUC';
  static override readonly defaults: object = { fprRange: [0.001, 0.1], classId: null };

  constructor(options: MetricOptions<LogAUCConfig> = {}) {
    super(options);
    const [from, to] = this.config.fprRange;
    if (from > 0 && from < to && to <= 1) return;
    throw new ConfigError(
      `${this.type}: fprRange must be two rising rates from above 0 to at most 1, got [${this.config.fprRange.join(', ')}].`,
    );
  }

  resultHost(): number {
    const { hits, misses } = cumulated(this.decisions(this.config.classId));
    const [yes, no] = [hits.at(-1)!, misses.at(-1)!];
    if (yes === 0 || no === 0) return Number.NaN;
    const [from, to] = this.config.fprRange;
    let area = 0;
    for (let i = 1; i < hits.length; i++) {
      const [x, next] = [misses[i - 1]! / no, misses[i]! / no];
      const [low, high] = [Math.max(from, x), Math.min(to, next)];
      if (low >= high) continue;
      const slope = (hits[i]! - hits[i - 1]!) / yes / (next - x);
      // The integral of (a + slope x) / x.
      area += (hits[i - 1]! / yes - slope * x) * Math.log(high / low) + slope * (high - low);
    }
    return area / Math.log(to / from);
  }
}
