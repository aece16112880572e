// The names of all metrics, without the metrics: a model can say that a name is wrong before it loads what trains.
import { typeNamed } from '@nablajs/tensor';

const TYPES = [
  'Accuracy',
  'BinaryAccuracy',
  'CategoricalAccuracy',
  'SparseCategoricalAccuracy',
  'TopKCategoricalAccuracy',
  'SparseTopKCategoricalAccuracy',
  'BalancedAccuracy',
  'HammingDistance',
  'Precision',
  'Recall',
  'Specificity',
  'TruePositives',
  'TrueNegatives',
  'FalsePositives',
  'FalseNegatives',
  'F1Score',
  'FBetaScore',
  'AUC',
  'RocCurve',
  'PrecisionRecallCurve',
  'PrecisionAtRecall',
  'RecallAtPrecision',
  'SensitivityAtSpecificity',
  'SpecificityAtSensitivity',
  'ConfusionMatrix',
  'CohenKappa',
  'MatthewsCorrelation',
  'JaccardIndex',
  'IoU',
  'BinaryIoU',
  'MeanIoU',
  'OneHotIoU',
  'OneHotMeanIoU',
  'BinaryCrossentropy',
  'CategoricalCrossentropy',
  'SparseCategoricalCrossentropy',
  'Perplexity',
  'KLDivergence',
  'Poisson',
  'Hinge',
  'SquaredHinge',
  'CategoricalHinge',
  'MeanSquaredError',
  'RootMeanSquaredError',
  'MeanAbsoluteError',
  'MeanAbsolutePercentageError',
  'MeanSquaredLogarithmicError',
  'LogCoshError',
  'CosineSimilarity',
  'R2Score',
  'ExplainedVariance',
  'PearsonCorrelation',
  'ConcordanceCorrelation',
] as const;

/** The type of a metric of this package. */
export type MetricType = (typeof TYPES)[number];

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
  cosine: 'CosineSimilarity',
};

/**
 * The type of the metric that a name means: `acc`, `accuracy` and `Accuracy` are all `Accuracy`.
 * @throws ConfigError when nobody knows the name, saying which package to install
 */
export function metricType(name: string): MetricType {
  return typeNamed('metric', SHORT_NAMES[name] ?? name, TYPES);
}
