import { type CurveConfig, cumulated } from './curves.ts';
import { ScoreMetric } from './scores.ts';

/**
 * The rate of errors at the threshold where as large a share of what is false is taken for true as the other way round. Where
 * the curve jumps over that point, the line between its ends decides. NaN where there is nothing true or nothing false.
 */
export class EqualErrorRate extends ScoreMetric<CurveConfig> {
  static override readonly type: string = 'EqualErrorRate';
  static override readonly defaults: object = { classId: null };

  resultHost(): number {
    const { hits, misses } = cumulated(this.decisions(this.config.classId));
    const [yes, no] = [hits.at(-1)!, misses.at(-1)!];
    if (yes === 0 || no === 0) return Number.NaN;
    // From -1, where nothing is said to be true, to 1.
    const lead = (i: number): number => misses[i]! / no - (1 - hits[i]! / yes);
    const at = hits.findIndex((_, i) => lead(i) >= 0);
    const share = lead(at - 1) / (lead(at - 1) - lead(at));
    return (misses[at - 1]! + share * (misses[at]! - misses[at - 1]!)) / no;
  }
}
