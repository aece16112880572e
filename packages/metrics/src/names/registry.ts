import { classNamed, type Spec } from '@nablajs/tensor';
import { GeneralizedDiceScore } from '../areas/generalized-dice.ts';
import { HausdorffDistance } from '../areas/hausdorff.ts';
import { BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU } from '../areas/iou.ts';
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
} from '../base/loss-metric.ts';
import type { HostMetric, Metric, MetricJSON } from '../base/metric.ts';
import {
  Accuracy,
  BinaryAccuracy,
  CategoricalAccuracy,
  SparseCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
} from '../classes/accuracy.ts';
import { BalancedAccuracy, CohenKappa, JaccardIndex, MatthewsCorrelation } from '../classes/agreement.ts';
import { CalibrationError } from '../classes/calibration-error.ts';
import { ConfusionMatrix } from '../classes/confusion-matrix.ts';
import { CriticalSuccessIndex } from '../classes/critical-success-index.ts';
import { ExactMatch } from '../classes/exact-match.ts';
import { F1Score, FBetaScore } from '../classes/f-score.ts';
import { HammingDistance } from '../classes/hamming.ts';
import { CoverageError, LabelRankingAveragePrecision, LabelRankingLoss } from '../classes/label-ranking.ts';
import {
  FalseNegatives,
  FalsePositives,
  NegativePredictiveValue,
  Precision,
  Recall,
  Specificity,
  TrueNegatives,
  TruePositives,
} from '../classes/precision-recall.ts';
import { AUC } from '../curves/auc.ts';
import { PrecisionRecallCurve, RocCurve } from '../curves/curves.ts';
import { EqualErrorRate } from '../curves/equal-error-rate.ts';
import { LogAUC } from '../curves/log-auc.ts';
import {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
} from '../curves/trade-off.ts';
import { ConcordanceCorrelation, PearsonCorrelation } from '../numbers/correlation.ts';
import { TweedieDevianceScore } from '../numbers/deviance.ts';
import { ContinuousRankedProbabilityScore, JensenShannonDivergence } from '../numbers/distributions.ts';
import { MeanAbsoluteError, MeanSquaredError, MinkowskiDistance, RootMeanSquaredError } from '../numbers/error.ts';
import { SymmetricMeanAbsolutePercentageError, WeightedMeanAbsolutePercentageError } from '../numbers/percentage.ts';
import { ExplainedVariance, R2Score } from '../numbers/r2.ts';
import { KendallCorrelation, SpearmanCorrelation } from '../numbers/rank-correlation.ts';
import { NormalizedRootMeanSquaredError, RelativeSquaredError } from '../numbers/relative-error.ts';
import { type BesideLoss, metricNamed } from './named.ts';
import type { MetricType } from './names.ts';

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
