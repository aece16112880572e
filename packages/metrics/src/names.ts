// The names of all metrics, without the metrics: a model can say that a name is wrong before it loads what trains.
import { typeNamed } from '@nablajs/tensor';

const TYPES = [
  'Accuracy',
  'BinaryAccuracy',
  'CategoricalAccuracy',
  'SparseCategoricalAccuracy',
  'TopKCategoricalAccuracy',
  'SparseTopKCategoricalAccuracy',
  'Precision',
  'Recall',
  'F1Score',
  'FBetaScore',
  'AUC',
  'ConfusionMatrix',
  'MeanSquaredError',
  'RootMeanSquaredError',
  'MeanAbsoluteError',
] as const;

/** The type of a metric of this package. */
export type MetricType = (typeof TYPES)[number];

/** Names under which a metric is also reported. */
export const SHORT_NAMES: Readonly<Record<string, MetricType>> = {
  acc: 'Accuracy',
  mse: 'MeanSquaredError',
  rmse: 'RootMeanSquaredError',
  mae: 'MeanAbsoluteError',
};

/**
 * The type of the metric that a name means: `acc`, `accuracy` and `Accuracy` are all `Accuracy`.
 * @throws ConfigError when nobody knows the name, saying which package to install
 */
export function metricType(name: string): MetricType {
  return typeNamed('metric', SHORT_NAMES[name] ?? name, TYPES);
}
