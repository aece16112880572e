// The idea of a metric, and finding one by name

// Classification
export * from './accuracy.ts';
export { AUC, type AUCConfig } from './auc.ts';
export { ConfusionMatrix, type ConfusionMatrixConfig } from './confusion-matrix.ts';
// Numbers
export * from './error.ts';
export { type Average, F1Score, type F1ScoreConfig, FBetaScore, type FBetaScoreConfig } from './f-score.ts';
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
export { type MetricType, metricType } from './names.ts';
export { Precision, type PrecisionRecallConfig, Recall } from './precision-recall.ts';
export {
  builtinMetrics,
  type MetricClass,
  type MetricInput,
  type MetricRegistry,
  metricFrom,
  metricFromJSON,
} from './registry.ts';
// For metrics of your own
export { ratio, weightedCount, weightedSum } from './weight.ts';
