import type { LossType } from './names.ts';

/** What else losses are called. */
export const SHORT_NAMES: Readonly<Record<string, LossType>> = {
  mse: 'MeanSquaredError',
  mae: 'MeanAbsoluteError',
  mape: 'MeanAbsolutePercentageError',
  msle: 'MeanSquaredLogarithmicError',
  bce: 'BinaryCrossentropy',
  kld: 'KLDivergence',
  kullbackLeiblerDivergence: 'KLDivergence',
  cosineProximity: 'CosineSimilarity',
};
