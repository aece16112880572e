// The metrics whose names no loss has, so that a package can export both.

// The idea of a metric, and finding one by name

export * from './base/metric.ts';
export * from './names/load.ts';
export type { BesideLoss } from './names/named.ts';
export * from './names/names.ts';
export * from './names/registry.ts';

// For metrics of your own

export { LogCoshError, LossMetric, Perplexity } from './base/loss-metric.ts';
export { type MatrixConfig, MatrixMetric } from './base/matrix.ts';
export { ratio, weightedCount, weightedSum } from './base/weight.ts';

// Classes and decisions

export * from './classes/accuracy.ts';
export * from './classes/agreement.ts';
export * from './classes/calibration-error.ts';
export * from './classes/confusion-matrix.ts';
export * from './classes/critical-success-index.ts';
export * from './classes/exact-match.ts';
export * from './classes/f-score.ts';
export * from './classes/groups.ts';
export { HammingDistance, type HammingDistanceConfig } from './classes/hamming.ts';
export * from './classes/label-ranking.ts';
export * from './classes/precision-recall.ts';
export * from './classes/thresholds.ts';
export * from './curves/auc.ts';
export {
  type CurveConfig,
  type PrecisionRecall,
  PrecisionRecallCurve,
  precisionRecallCurve,
  type Roc,
  RocCurve,
  rocCurve,
} from './curves/curves.ts';
export * from './curves/equal-error-rate.ts';
export * from './curves/log-auc.ts';
export * from './curves/trade-off.ts';

// Numbers

export * from './base/mean.ts';
export * from './numbers/correlation.ts';
export * from './numbers/deviance.ts';
export * from './numbers/distributions.ts';
export { MinkowskiDistance, type MinkowskiDistanceConfig, RootMeanSquaredError } from './numbers/error.ts';
export * from './numbers/percentage.ts';
export * from './numbers/r2.ts';
export * from './numbers/rank-correlation.ts';
export * from './numbers/relative-error.ts';

// Areas

export * from './areas/generalized-dice.ts';
export * from './areas/hausdorff.ts';
export * from './areas/iou.ts';
