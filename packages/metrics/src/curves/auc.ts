import { ConfigError } from '@nablajs/tensor';
import { requireOneOf } from '../base/config.ts';
import type { MetricOptions } from '../base/metric.ts';
import { areaUnderRoc, averagePrecision } from './area.ts';
import { chosen, type Decisions, ScoreMetric } from './scores.ts';

/** Config of {@link AUC}. */
export interface AUCConfig {
  /** Under the receiver operating characteristic, or under precision over recall. Default `ROC`. */
  readonly curve: 'ROC' | 'PR';
  /** Average the areas of the columns (those that have both classes) instead of pooling all elements. Default `false`. */
  readonly multiLabel: boolean;
  /** With `multiLabel`: how much each column counts. Default `null`: all alike. */
  readonly labelWeights: readonly number[] | null;
  /**
   * For one of several classes: the mean over classes of each against the rest, `ovr`, or over pairs of classes of each
   * against the other, `ovo` (Hand and Till, 2001, doi:10.1023/A:1010920819831). Default `null`: pooled.
   */
  readonly multiClass: 'ovr' | 'ovo' | null;
  /** With `multiClass`: classes count alike, `macro`, or by how often they are true. Default `macro`. */
  readonly average: 'macro' | 'weighted';
}

/**
 * The exact area under a curve, over all thresholds there are: no `numThresholds` as in Keras, whose value is an
 * approximation of this one.
 *
 * `ROC`: the chance that a true sample scores above a false one, ties counted half. `PR`: the average precision,
 * `sum (R_n - R_(n-1)) P_n`. Only the order of scores matters, so logits are as good as probabilities. Keeps all scores
 * on the host. NaN where the area does not exist: without a true sample, for `ROC` without a false one. Class numbers
 * count as one-hot rows.
 */
export class AUC extends ScoreMetric<AUCConfig> {
  static override readonly type: string = 'AUC';
  static override readonly defaults: object = {
    curve: 'ROC',
    multiLabel: false,
    labelWeights: null,
    multiClass: null,
    average: 'macro',
  };

  constructor(options: MetricOptions<AUCConfig> = {}) {
    super(options);
    const { curve, multiLabel, labelWeights, multiClass, average } = this.config;
    requireOneOf(this.type, 'curve', curve, ['ROC', 'PR']);
    requireOneOf(this.type, 'multiClass', multiClass, [null, 'ovr', 'ovo']);
    requireOneOf(this.type, 'average', average, ['macro', 'weighted']);
    if (multiLabel && multiClass) {
      throw new ConfigError(
        `${this.type}: multiLabel is for several yes-or-no decisions, multiClass for one of several classes. Keep one of them.`,
      );
    }
    if (labelWeights && !multiLabel) {
      throw new ConfigError(
        `${this.type}: labelWeights are for the columns that multiLabel: true tells apart. Add it.`,
      );
    }
  }

  resultHost(): number {
    const { multiLabel, labelWeights, multiClass, average } = this.config;
    if (!multiLabel && !multiClass) return this.#area(this.decisions());
    const columns = Array.from({ length: this.columns }, (_, k) => this.decisions(k));
    if (multiLabel)
      return weightedMean(
        columns.map((column) => this.#area(column)),
        labelWeights,
      );
    const often = columns.map(trueWeight);
    if (multiClass === 'ovr') {
      return weightedMean(
        columns.map((column) => this.#area(column)),
        average === 'macro' ? null : often,
      );
    }
    const pairs = often.flatMap((_, a) => often.slice(a + 1).map((_, i) => [a, a + 1 + i] as const));
    const areas = pairs.map(([a, b]) => (this.#between(columns, a, b) + this.#between(columns, b, a)) / 2);
    return weightedMean(areas, average === 'macro' ? null : pairs.map(([a, b]) => often[a]! + often[b]!));
  }

  #area(decisions: Decisions): number {
    return this.config.curve === 'ROC' ? areaUnderRoc(decisions) : averagePrecision(decisions);
  }

  /** How well the scores of class `a` tell its samples from those of class `b`. */
  #between(columns: readonly Decisions[], a: number, b: number): number {
    return this.#area(chosen(columns[a]!, (i) => columns[a]!.labels[i] === 1 || columns[b]!.labels[i] === 1));
  }
}

function trueWeight({ labels, weights }: Decisions): number {
  return weights.reduce((sum, weight, i) => sum + (labels[i] ? weight : 0), 0);
}

/** The mean of the areas that exist; NaN when none does. */
function weightedMean(areas: readonly number[], weights: readonly number[] | null): number {
  let [total, whole] = [0, 0];
  for (const [i, area] of areas.entries()) {
    const weight = weights?.[i] ?? (weights ? 0 : 1);
    if (Number.isNaN(area) || weight === 0) continue;
    total += weight * area;
    whole += weight;
  }
  return total / whole;
}
