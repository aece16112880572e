// Metrics by their names, each fetched when it is asked for: who watches one need not load all.
import type { HostMetric, Metric } from './metric.ts';
import { type BesideLoss, metricNamed } from './named.ts';
import { type MetricType, metricType } from './names.ts';
import type { MetricClass } from './registry.ts';

type Family = () => Promise<object>;

const accuracy: Family = () => import('./accuracy.ts');
const agreement: Family = () => import('./agreement.ts');
const auc: Family = () => import('./auc.ts');
const calibrationError: Family = () => import('./calibration-error.ts');
const confusionMatrix: Family = () => import('./confusion-matrix.ts');
const correlation: Family = () => import('./correlation.ts');
const criticalSuccessIndex: Family = () => import('./critical-success-index.ts');
const curves: Family = () => import('./curves.ts');
const deviance: Family = () => import('./deviance.ts');
const distributions: Family = () => import('./distributions.ts');
const equalErrorRate: Family = () => import('./equal-error-rate.ts');
const error: Family = () => import('./error.ts');
const exactMatch: Family = () => import('./exact-match.ts');
const fScore: Family = () => import('./f-score.ts');
const generalizedDice: Family = () => import('./generalized-dice.ts');
const hamming: Family = () => import('./hamming.ts');
const hausdorff: Family = () => import('./hausdorff.ts');
const iou: Family = () => import('./iou.ts');
const labelRanking: Family = () => import('./label-ranking.ts');
const logAuc: Family = () => import('./log-auc.ts');
const lossMetric: Family = () => import('./loss-metric.ts');
const percentage: Family = () => import('./percentage.ts');
const precisionRecall: Family = () => import('./precision-recall.ts');
const r2: Family = () => import('./r2.ts');
const rankCorrelation: Family = () => import('./rank-correlation.ts');
const relativeError: Family = () => import('./relative-error.ts');
const tradeOff: Family = () => import('./trade-off.ts');

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
