// Metrics by their names, each fetched when it is asked for: who watches one need not load all.
import type { HostMetric, Metric } from '../base/metric.ts';
import { type BesideLoss, metricNamed } from './named.ts';
import { type MetricType, metricType } from './names.ts';
import type { MetricClass } from './registry.ts';

type Family = () => Promise<object>;

const accuracy: Family = () => import('../classes/accuracy.ts');
const agreement: Family = () => import('../classes/agreement.ts');
const auc: Family = () => import('../curves/auc.ts');
const calibrationError: Family = () => import('../classes/calibration-error.ts');
const confusionMatrix: Family = () => import('../classes/confusion-matrix.ts');
const correlation: Family = () => import('../numbers/correlation.ts');
const criticalSuccessIndex: Family = () => import('../classes/critical-success-index.ts');
const curves: Family = () => import('../curves/curves.ts');
const deviance: Family = () => import('../numbers/deviance.ts');
const distributions: Family = () => import('../numbers/distributions.ts');
const equalErrorRate: Family = () => import('../curves/equal-error-rate.ts');
const error: Family = () => import('../numbers/error.ts');
const exactMatch: Family = () => import('../classes/exact-match.ts');
const fScore: Family = () => import('../classes/f-score.ts');
const generalizedDice: Family = () => import('../areas/generalized-dice.ts');
const hamming: Family = () => import('../classes/hamming.ts');
const hausdorff: Family = () => import('../areas/hausdorff.ts');
const iou: Family = () => import('../areas/iou.ts');
const labelRanking: Family = () => import('../classes/label-ranking.ts');
const logAuc: Family = () => import('../curves/log-auc.ts');
const lossMetric: Family = () => import('../base/loss-metric.ts');
const percentage: Family = () => import('../numbers/percentage.ts');
const precisionRecall: Family = () => import('../classes/precision-recall.ts');
const r2: Family = () => import('../numbers/r2.ts');
const rankCorrelation: Family = () => import('../numbers/rank-correlation.ts');
const relativeError: Family = () => import('../numbers/relative-error.ts');
const tradeOff: Family = () => import('../curves/trade-off.ts');

const FAMILIES: Readonly<Record<MetricType, Family>> = {
  Accuracy: accuracy,
  BinaryAccuracy: accuracy,
  CategoricalAccuracy: accuracy,
  SparseCategoricalAccuracy: accuracy,
  TopKCategoricalAccuracy: accuracy,
  SparseTopKCategoricalAccuracy: accuracy,
  BalancedAccuracy: agreement,
  HammingDistance: hamming,
  ExactMatch: exactMatch,
  Precision: precisionRecall,
  Recall: precisionRecall,
  Specificity: precisionRecall,
  NegativePredictiveValue: precisionRecall,
  TruePositives: precisionRecall,
  TrueNegatives: precisionRecall,
  FalsePositives: precisionRecall,
  FalseNegatives: precisionRecall,
  F1Score: fScore,
  FBetaScore: fScore,
  AUC: auc,
  LogAUC: logAuc,
  EqualErrorRate: equalErrorRate,
  RocCurve: curves,
  PrecisionRecallCurve: curves,
  PrecisionAtRecall: tradeOff,
  RecallAtPrecision: tradeOff,
  SensitivityAtSpecificity: tradeOff,
  SpecificityAtSensitivity: tradeOff,
  CalibrationError: calibrationError,
  CoverageError: labelRanking,
  LabelRankingAveragePrecision: labelRanking,
  LabelRankingLoss: labelRanking,
  ConfusionMatrix: confusionMatrix,
  CohenKappa: agreement,
  MatthewsCorrelation: agreement,
  JaccardIndex: agreement,
  IoU: iou,
  BinaryIoU: iou,
  MeanIoU: iou,
  OneHotIoU: iou,
  OneHotMeanIoU: iou,
  GeneralizedDiceScore: generalizedDice,
  HausdorffDistance: hausdorff,
  BinaryCrossentropy: lossMetric,
  CategoricalCrossentropy: lossMetric,
  SparseCategoricalCrossentropy: lossMetric,
  Perplexity: lossMetric,
  KLDivergence: lossMetric,
  JensenShannonDivergence: distributions,
  ContinuousRankedProbabilityScore: distributions,
  Poisson: lossMetric,
  Hinge: lossMetric,
  SquaredHinge: lossMetric,
  CategoricalHinge: lossMetric,
  MeanSquaredError: error,
  RootMeanSquaredError: error,
  MeanAbsoluteError: error,
  MinkowskiDistance: error,
  NormalizedRootMeanSquaredError: relativeError,
  RelativeSquaredError: relativeError,
  MeanAbsolutePercentageError: lossMetric,
  SymmetricMeanAbsolutePercentageError: percentage,
  WeightedMeanAbsolutePercentageError: percentage,
  MeanSquaredLogarithmicError: lossMetric,
  LogCoshError: lossMetric,
  TweedieDevianceScore: deviance,
  CriticalSuccessIndex: criticalSuccessIndex,
  CosineSimilarity: lossMetric,
  R2Score: r2,
  ExplainedVariance: r2,
  PearsonCorrelation: correlation,
  ConcordanceCorrelation: correlation,
  SpearmanCorrelation: rankCorrelation,
  KendallCorrelation: rankCorrelation,
};

/**
 * As {@link metricFrom}, but nothing is imported beside the metrics that are asked for.
 * @returns a metric for one of the names, and the loss it is reported beside
 * @throws ConfigError when nobody knows a name, saying which package to install
 */
export async function loadMetrics(
  names: readonly string[],
): Promise<(name: string, loss?: BesideLoss) => Metric | HostMetric> {
  const families = await Promise.all(names.map((name) => FAMILIES[metricType(name)]()));
  const classes = Object.assign({}, ...families) as Readonly<Record<string, MetricClass>>;
  return (name, loss) => metricNamed(name, loss, (type) => classes[metricType(type)]!);
}
