import type { HostArray } from '@nablajs/tensor';
import { type Decisions, hasNaN, ScoreMetric, steps } from './scores.ts';

/** Labels (0, or anything else for true) and scores of decisions, and how much each counts. */
type Values = readonly number[] | HostArray;

/** A ROC curve, one point per distinct score, the highest first. */
export interface Roc {
  /** The share of what is false that is said to be true. */
  readonly falsePositiveRate: readonly number[];
  /** The share of what is true that is said to be. */
  readonly truePositiveRate: readonly number[];
  /** Scores from here on say yes; infinite at the first point, where nothing does. */
  readonly thresholds: readonly number[];
}

/**
 * The receiver operating characteristic: what is said to be true, wrongly and rightly, at every threshold there is.
 * NaN where there is nothing true or nothing false. The points are those of scikit-learn's `roc_curve` with
 * `drop_intermediate=False`.
 */
export function rocCurve(truth: Values, scores: Values, sampleWeight?: Values): Roc {
  return rocOf(decisionsFrom(truth, scores, sampleWeight));
}

function rocOf(decisions: Decisions): Roc {
  const { hits, misses, thresholds } = cumulated(decisions);
  return {
    falsePositiveRate: misses.map((count) => count / misses.at(-1)!),
    truePositiveRate: hits.map((count) => count / hits.at(-1)!),
    thresholds,
  };
}

/** A precision-recall curve, one point per distinct score, the highest first. */
export interface PrecisionRecall {
  /** The share of what is said to be true that is; 1 at the first point. */
  readonly precision: readonly number[];
  /** The share of what is true that is said to be. */
  readonly recall: readonly number[];
  /** Scores from here on say yes; infinite at the first point, where nothing does. */
  readonly thresholds: readonly number[];
}

/**
 * Precision and recall at every threshold there is. The points are those of scikit-learn's `precision_recall_curve`, in the
 * opposite order. Recall is NaN where there is nothing true.
 */
export function precisionRecallCurve(truth: Values, scores: Values, sampleWeight?: Values): PrecisionRecall {
  return precisionRecallOf(decisionsFrom(truth, scores, sampleWeight));
}

function precisionRecallOf(decisions: Decisions): PrecisionRecall {
  const { hits, misses, thresholds } = cumulated(decisions);
  return {
    precision: hits.map((count, i) => (i === 0 ? 1 : count / (count + misses[i]!))),
    recall: hits.map((count) => count / hits.at(-1)!),
    thresholds,
  };
}

function decisionsFrom(truth: Values, scores: Values, sampleWeight?: Values): Decisions {
  return {
    scores: Float64Array.from(scores),
    labels: Uint8Array.from(truth, (label) => Number(label !== 0)),
    weights: sampleWeight ? Float64Array.from(sampleWeight) : new Float64Array(scores.length).fill(1),
  };
}

/** How many true and false decisions score at least as high as each threshold. */
export function cumulated(decisions: Decisions): {
  readonly hits: readonly number[];
  readonly misses: readonly number[];
  readonly thresholds: readonly number[];
} {
  const [hits, misses, thresholds] = [[0], [0], [Number.POSITIVE_INFINITY]];
  for (const { score, yes, no } of hasNaN(decisions) ? [] : steps(decisions)) {
    hits.push(hits.at(-1)! + yes);
    misses.push(misses.at(-1)! + no);
    thresholds.push(score);
  }
  return { hits, misses, thresholds };
}

/** Config of {@link RocCurve} and {@link PrecisionRecallCurve}. */
export interface CurveConfig {
  /** The class against all others. Default `null`: all decisions together. */
  readonly classId: number | null;
}

/** {@link rocCurve} over a data set: its result is `[falsePositiveRate, truePositiveRate, thresholds]`. */
export class RocCurve extends ScoreMetric<CurveConfig> {
  static override readonly type: string = 'RocCurve';
  static override readonly defaults: object = { classId: null };

  /** The curve by the names of its parts. */
  curve(): Roc {
    return rocOf(this.decisions(this.config.classId));
  }

  resultHost(): number[][] {
    const { falsePositiveRate, truePositiveRate, thresholds } = this.curve();
    return [[...falsePositiveRate], [...truePositiveRate], [...thresholds]];
  }
}

/** {@link precisionRecallCurve} over a data set: its result is `[precision, recall, thresholds]`. */
export class PrecisionRecallCurve extends ScoreMetric<CurveConfig> {
  static override readonly type: string = 'PrecisionRecallCurve';
  static override readonly defaults: object = { classId: null };

  /** The curve by the names of its parts. */
  curve(): PrecisionRecall {
    return precisionRecallOf(this.decisions(this.config.classId));
  }

  resultHost(): number[][] {
    const { precision, recall, thresholds } = this.curve();
    return [[...precision], [...recall], [...thresholds]];
  }
}
