import { classNamed, type Spec } from '@nablajs/tensor';
import {
  Accuracy,
  BinaryAccuracy,
  CategoricalAccuracy,
  SparseCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
} from './accuracy.ts';
import { BalancedAccuracy, CohenKappa, JaccardIndex, MatthewsCorrelation } from './agreement.ts';
import { AUC } from './auc.ts';
import { CalibrationError } from './calibration-error.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import { ConcordanceCorrelation, PearsonCorrelation } from './correlation.ts';
import { CriticalSuccessIndex } from './critical-success-index.ts';
import { PrecisionRecallCurve, RocCurve } from './curves.ts';
import { TweedieDevianceScore } from './deviance.ts';
import { ContinuousRankedProbabilityScore, JensenShannonDivergence } from './distributions.ts';
import { EqualErrorRate } from './equal-error-rate.ts';
import { MeanAbsoluteError, MeanSquaredError, MinkowskiDistance, RootMeanSquaredError } from './error.ts';
import { ExactMatch } from './exact-match.ts';
import { F1Score, FBetaScore } from './f-score.ts';
import { GeneralizedDiceScore } from './generalized-dice.ts';
import { HammingDistance } from './hamming.ts';
import { HausdorffDistance } from './hausdorff.ts';
import { BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU } from './iou.ts';
import { CoverageError, LabelRankingAveragePrecision, LabelRankingLoss } from './label-ranking.ts';
import { LogAUC } from './log-auc.ts';
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  CategoricalHinge,
  CosineSimilarity,
  Hinge,
  KLDivergence,
  LogCoshError,
  MeanAbsolutePercentageError,
  MeanSquaredLogarithmicError,
  Perplexity,
  Poisson,
  SparseCategoricalCrossentropy,
  SquaredHinge,
} from './loss-metric.ts';
import type { HostMetric, Metric, MetricJSON } from './metric.ts';
import { type BesideLoss, metricNamed } from './named.ts';
import type { MetricType } from './names.ts';
import { SymmetricMeanAbsolutePercentageError, WeightedMeanAbsolutePercentageError } from './percentage.ts';
import {
  FalseNegatives,
  FalsePositives,
  NegativePredictiveValue,
  Precision,
  Recall,
  Specificity,
  TrueNegatives,
  TruePositives,
} from './precision-recall.ts';
import { ExplainedVariance, R2Score } from './r2.ts';
import { KendallCorrelation, SpearmanCorrelation } from './rank-correlation.ts';
import { NormalizedRootMeanSquaredError, RelativeSquaredError } from './relative-error.ts';
import {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
} from './trade-off.ts';

/** A class of metrics, as files and names find it. */
export interface MetricClass {
  readonly type: string;
  new (options: never): Metric | HostMetric;
}

/** Metric classes by their type. */
export type MetricRegistry = Readonly<Record<string, MetricClass>>;

/** What a model takes for a metric. */
export type MetricInput = string | Metric | HostMetric;

/** All metrics of this package that compare a truth with a prediction. */
export const builtinMetrics: Readonly<Record<MetricType, MetricClass>> = {
  Accuracy,
  BinaryAccuracy,
  CategoricalAccuracy,
  SparseCategoricalAccuracy,
  TopKCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  BalancedAccuracy,
  HammingDistance,
  ExactMatch,
  Precision,
  Recall,
  Specificity,
  NegativePredictiveValue,
  TruePositives,
  TrueNegatives,
  FalsePositives,
  FalseNegatives,
  F1Score,
  FBetaScore,
  AUC,
  LogAUC,
  EqualErrorRate,
  RocCurve,
  PrecisionRecallCurve,
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
  CalibrationError,
  CoverageError,
  LabelRankingAveragePrecision,
  LabelRankingLoss,
  ConfusionMatrix,
  CohenKappa,
  MatthewsCorrelation,
  JaccardIndex,
  IoU,
  BinaryIoU,
  MeanIoU,
  OneHotIoU,
  OneHotMeanIoU,
  GeneralizedDiceScore,
  HausdorffDistance,
  BinaryCrossentropy,
  CategoricalCrossentropy,
  SparseCategoricalCrossentropy,
  Perplexity,
  KLDivergence,
  JensenShannonDivergence,
  ContinuousRankedProbabilityScore,
  Poisson,
  Hinge,
  SquaredHinge,
  CategoricalHinge,
  MeanSquaredError,
  RootMeanSquaredError,
  MeanAbsoluteError,
  MinkowskiDistance,
  NormalizedRootMeanSquaredError,
  RelativeSquaredError,
  MeanAbsolutePercentageError,
  SymmetricMeanAbsolutePercentageError,
  WeightedMeanAbsolutePercentageError,
  MeanSquaredLogarithmicError,
  LogCoshError,
  TweedieDevianceScore,
  CriticalSuccessIndex,
  CosineSimilarity,
  R2Score,
  ExplainedVariance,
  PearsonCorrelation,
  ConcordanceCorrelation,
  SpearmanCorrelation,
  KendallCorrelation,
};

/**
 * A metric from its name (`accuracy`, `f1Score`, or as Keras writes it, `f1_score`), or the metric itself, built for data
 * of these specs when they are given.
 * @param loss the loss it is reported beside: where that takes logits, `accuracy` decides at 0 instead of 0.5, and
 * crossentropies take logits too; `crossentropy` (`ce`) is of its kind
 * @throws ConfigError when nobody knows the name, ShapeError when truth and prediction do not go together
 */
export function metricFrom(
  input: MetricInput,
  truth?: Spec,
  prediction?: Spec,
  loss?: BesideLoss,
): Metric | HostMetric {
  const metric =
    typeof input === 'string' ? metricNamed(input, loss, (type) => classNamed('metric', type, builtinMetrics)) : input;
  if (truth && prediction) metric.build(truth, prediction);
  return metric;
}

/**
 * A metric from JSON.
 * @param more classes beyond this package's own, by type
 * @throws ConfigError when nobody knows the type, saying which package to install
 */
export function metricFromJSON({ type, name, config }: MetricJSON, more: MetricRegistry = {}): Metric | HostMetric {
  return new (find(type, { ...builtinMetrics, ...more }))({ ...config, name });
}

function find(name: string, registry: MetricRegistry): new (options: object) => Metric | HostMetric {
  return classNamed('metric', name, registry) as unknown as new (
    options: object,
  ) => Metric | HostMetric;
}
