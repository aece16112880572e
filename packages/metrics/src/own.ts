// The metrics whose names no loss has, so that a package can export both.

// The idea of a metric, and finding one by name

export * from './load.ts';
export * from './metric.ts';
export type { BesideLoss } from './named.ts';
export * from './names.ts';
export * from './registry.ts';

// For metrics of your own

export { LogCoshError, LossMetric, Perplexity } from './loss-metric.ts';
export { type MatrixConfig, MatrixMetric } from './matrix.ts';
export { ratio, weightedCount, weightedSum } from './weight.ts';

// Classes and decisions

export * from './accuracy.ts';
export * from './agreement.ts';
export * from './auc.ts';
export * from './calibration-error.ts';
export * from './confusion-matrix.ts';
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
export * from './equal-error-rate.ts';
export * from './exact-match.ts';
export * from './f-score.ts';
export * from './groups.ts';
export { HammingDistance, type HammingDistanceConfig } from './hamming.ts';
export * from './label-ranking.ts';
export * from './log-auc.ts';
export * from './precision-recall.ts';
export * from './thresholds.ts';
export * from './trade-off.ts';

// Numbers

export * from './correlation.ts';
export * from './deviance.ts';
export * from './distributions.ts';
export { MinkowskiDistance, type MinkowskiDistanceConfig, RootMeanSquaredError } from './error.ts';
export * from './mean.ts';
export * from './percentage.ts';
export * from './r2.ts';
export * from './rank-correlation.ts';
export * from './relative-error.ts';

// Areas

export * from './generalized-dice.ts';
export * from './hausdorff.ts';
export * from './iou.ts';
