// Everything a beginner needs from one name, and a backend that needs no choosing.
import { setDefaultBackend } from '@nablajs/tensor';

// Imported when nobody chose another one: pages that compute on WebGL do not fetch it.
setDefaultBackend(async () => {
  const { cpu } = await import('@nablajs/backend-cpu');
  return cpu();
});

export * from '@nablajs/augment';
export * from '@nablajs/autograd';
export { cpu } from '@nablajs/backend-cpu';
export * from '@nablajs/data';
export * from '@nablajs/layers';
// Names that two packages share: here the layer's or the loss's; the metrics of that name are in `metrics`.
export { Average, Constant } from '@nablajs/layers';
export * from '@nablajs/losses';
export {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  CategoricalHinge,
  CosineSimilarity,
  Hinge,
  KLDivergence,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Poisson,
  SparseCategoricalCrossentropy,
  SquaredHinge,
} from '@nablajs/losses';
export * from '@nablajs/metrics';
export * as metrics from '@nablajs/metrics';
export * from '@nablajs/model';
export * from '@nablajs/optimizers';
export * from '@nablajs/predictor';
export * from '@nablajs/tensor';
