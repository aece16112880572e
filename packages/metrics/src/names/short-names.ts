import type { MetricType } from './names.ts';

/** Names under which a metric is also reported. */
export const SHORT_NAMES: Readonly<Record<string, MetricType>> = {
  acc: 'Accuracy',
  mse: 'MeanSquaredError',
  rmse: 'RootMeanSquaredError',
  mae: 'MeanAbsoluteError',
  mape: 'MeanAbsolutePercentageError',
  msle: 'MeanSquaredLogarithmicError',
  bce: 'BinaryCrossentropy',
  ce: 'CategoricalCrossentropy',
  crossentropy: 'CategoricalCrossentropy',
  kld: 'KLDivergence',
  mcc: 'MatthewsCorrelation',
  r2: 'R2Score',
  eer: 'EqualErrorRate',
  smape: 'SymmetricMeanAbsolutePercentageError',
  wmape: 'WeightedMeanAbsolutePercentageError',
  crps: 'ContinuousRankedProbabilityScore',
  cosine: 'CosineSimilarity',
};
