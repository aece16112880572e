export * from './accuracy.ts';
export * from './agreement.ts';
export { AUC, type AUCConfig } from './auc.ts';
export * from './calibration-error.ts';
export { ConfusionMatrix, type ConfusionMatrixConfig } from './confusion-matrix.ts';
export * from './correlation.ts';
export * from './critical-success-index.ts';
export {
  type CurveConfig,
  type PrecisionRecall,
  PrecisionRecallCurve,
  precisionRecallCurve,
  type Roc,
  RocCurve,
  rocCurve,
} from './curves.ts';
export * from './deviance.ts';
export * from './distributions.ts';
export * from './equal-error-rate.ts';
export {
  MeanAbsoluteError,
  MeanSquaredError,
  MinkowskiDistance,
  type MinkowskiDistanceConfig,
  RootMeanSquaredError,
} from './error.ts';
export * from './exact-match.ts';
export { type Average, F1Score, type F1ScoreConfig, FBetaScore, type FBetaScoreConfig } from './f-score.ts';
export * from './generalized-dice.ts';
export { HammingDistance, type HammingDistanceConfig } from './hamming.ts';
export * from './hausdorff.ts';
export * from './iou.ts';
export * from './label-ranking.ts';
export { loadMetrics } from './load.ts';
export * from './log-auc.ts';
export * from './loss-metric.ts';
export { type MatrixConfig, MatrixMetric } from './matrix.ts';
export * from './mean.ts';
export {
  HostMetric,
  type HostSpecs,
  Metric,
  MetricBase,
  type MetricJSON,
  type MetricOptions,
  type Sums,
} from './metric.ts';
export type { BesideLoss } from './named.ts';
export { type MetricType, metricType } from './names.ts';
export * from './percentage.ts';
export * from './precision-recall.ts';
export * from './r2.ts';
export * from './rank-correlation.ts';
export {
  builtinMetrics,
  type MetricClass,
  type MetricInput,
  type MetricRegistry,
  metricFrom,
  metricFromJSON,
} from './registry.ts';
export * from './relative-error.ts';
export { type DecisionConfig, DecisionMetric } from './thresholds.ts';
export {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
  type TradeOffConfig,
} from './trade-off.ts';
// For metrics of your own
export { ratio, weightedCount, weightedSum } from './weight.ts';
