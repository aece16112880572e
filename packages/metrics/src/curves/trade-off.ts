// The best of one thing that leaves enough of another: the threshold is chosen, exactly, among all there are.
import { ConfigError } from '@nablajs/tensor';
import type { MetricOptions } from '../base/metric.ts';
import { cumulated } from './curves.ts';
import { ScoreMetric } from './scores.ts';

/** How often each decision was taken at one threshold. */
interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Config of a trade-off: what must be reached, and the class against all others (`null`: all decisions together). */
export type TradeOffConfig<Key extends string> = { readonly [K in Key]: number } & { readonly classId: number | null };

abstract class TradeOff<Key extends string> extends ScoreMetric<TradeOffConfig<Key>> {
  /** What must be reached, `precision`. */
  readonly #key: Key;

  constructor(least: number | MetricOptions<TradeOffConfig<Key>>, options: object, key: Key) {
    super((typeof least === 'number' ? { ...options, [key]: least } : least) as MetricOptions<TradeOffConfig<Key>>);
    this.#key = key;
    const value = this.config[key] as number | null;
    if (value !== null && value >= 0 && value <= 1) return;
    throw new ConfigError(`${this.type}: ${key} must be 0 to 1, got ${String(value)}.`);
  }

  /** What must be reached. */
  protected abstract constrained(counts: Counts): number;
  /** What shall be as large as possible. */
  protected abstract wanted(counts: Counts): number;

  resultHost(): number {
    const { hits, misses } = cumulated(this.decisions(this.config.classId));
    const [allHits, allMisses] = [hits.at(-1)!, misses.at(-1)!];
    const least = this.config[this.#key] as number;
    const values = hits.map((truePositives, i) => {
      const counts: Counts = {
        truePositives,
        falsePositives: misses[i]!,
        trueNegatives: allMisses - misses[i]!,
        falseNegatives: allHits - truePositives,
      };
      return this.constrained(counts) >= least ? this.wanted(counts) : 0;
    });
    return values.reduce((best, value) => Math.max(best, value), 0);
  }
}

const share = (part: number, rest: number): number => (part + rest === 0 ? 0 : part / (part + rest));
const precision = ({ truePositives, falsePositives }: Counts): number => share(truePositives, falsePositives);
const recall = ({ truePositives, falseNegatives }: Counts): number => share(truePositives, falseNegatives);
const specificity = ({ trueNegatives, falsePositives }: Counts): number => share(trueNegatives, falsePositives);

/** The highest precision at a threshold where recall is at least as given; 0 when there is none. */
export class PrecisionAtRecall extends TradeOff<'recall'> {
  static override readonly type: string = 'PrecisionAtRecall';
  static override readonly defaults: object = { recall: null, classId: null };

  constructor(
    recall: number | MetricOptions<TradeOffConfig<'recall'>>,
    options: MetricOptions<Partial<TradeOffConfig<'recall'>>> = {},
  ) {
    super(recall, options, 'recall');
  }

  protected constrained(counts: Counts): number {
    return recall(counts);
  }

  protected wanted(counts: Counts): number {
    return precision(counts);
  }
}

/** The highest recall at a threshold where precision is at least as given; 0 when there is none. */
export class RecallAtPrecision extends TradeOff<'precision'> {
  static override readonly type: string = 'RecallAtPrecision';
  static override readonly defaults: object = { precision: null, classId: null };

  constructor(
    precision: number | MetricOptions<TradeOffConfig<'precision'>>,
    options: MetricOptions<Partial<TradeOffConfig<'precision'>>> = {},
  ) {
    super(precision, options, 'precision');
  }

  protected constrained(counts: Counts): number {
    return precision(counts);
  }

  protected wanted(counts: Counts): number {
    return recall(counts);
  }
}

/** The highest sensitivity (recall) at a threshold where specificity is at least as given; 0 when there is none. */
export class SensitivityAtSpecificity extends TradeOff<'specificity'> {
  static override readonly type: string = 'SensitivityAtSpecificity';
  static override readonly defaults: object = { specificity: null, classId: null };

  constructor(
    specificity: number | MetricOptions<TradeOffConfig<'specificity'>>,
    options: MetricOptions<Partial<TradeOffConfig<'specificity'>>> = {},
  ) {
    super(specificity, options, 'specificity');
  }

  protected constrained(counts: Counts): number {
    return specificity(counts);
  }

  protected wanted(counts: Counts): number {
    return recall(counts);
  }
}

/** The highest specificity at a threshold where sensitivity (recall) is at least as given; 0 when there is none. */
export class SpecificityAtSensitivity extends TradeOff<'sensitivity'> {
  static override readonly type: string = 'SpecificityAtSensitivity';
  static override readonly defaults: object = { sensitivity: null, classId: null };

  constructor(
    sensitivity: number | MetricOptions<TradeOffConfig<'sensitivity'>>,
    options: MetricOptions<Partial<TradeOffConfig<'sensitivity'>>> = {},
  ) {
    super(sensitivity, options, 'sensitivity');
  }

  protected constrained(counts: Counts): number {
    return recall(counts);
  }

  protected wanted(counts: Counts): number {
    return specificity(counts);
  }
}
