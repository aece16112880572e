// The names of all losses, without the losses: a model can say that a name is wrong before it loads what trains.
import { typeNamed } from '@nablajs/tensor';
import { SHORT_NAMES } from './short-names.ts';

const TYPES = [
  'CategoricalCrossentropy',
  'SparseCategoricalCrossentropy',
  'BinaryCrossentropy',
  'CategoricalFocalCrossentropy',
  'BinaryFocalCrossentropy',
  'CategoricalGeneralizedCrossEntropy',
  'MeanSquaredError',
  'MeanAbsoluteError',
  'Huber',
  'LogCosh',
  'MeanAbsolutePercentageError',
  'MeanSquaredLogarithmicError',
  'Poisson',
  'KLDivergence',
  'CosineSimilarity',
  'Hinge',
  'SquaredHinge',
  'CategoricalHinge',
  'Dice',
  'Tversky',
  'Circle',
  'CTC',
  'GaussianNLL',
  'PoissonNLL',
  'SoftMargin',
  'MultiMargin',
  'MultiLabelMargin',
  'HingeEmbedding',
  'MarginRanking',
  'CosineEmbedding',
  'TripletMargin',
] as const;

/** The type of a loss of this package. */
export type LossType = (typeof TYPES)[number];

/**
 * The type of the loss that a name means: `mse`, `meanSquaredError` and `mean_squared_error` are all `MeanSquaredError`.
 * @throws ConfigError when nobody knows the name, saying which package to install
 */
export function lossType(name: string): LossType {
  return typeNamed('loss', SHORT_NAMES[name] ?? name, TYPES);
}
