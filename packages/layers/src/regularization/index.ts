export { ActivityRegularization, type ActivityRegularizationOptions } from './activity-regularization.ts';
export type { NoiseShape } from './drop.ts';
export { AlphaDropout, Dropout, type DropoutOptions } from './dropout.ts';
export { GaussianDropout, type GaussianDropoutOptions, GaussianNoise, type GaussianNoiseOptions } from './gaussian.ts';
export { SpatialDropout1D, SpatialDropout2D, SpatialDropout3D, type SpatialDropoutOptions } from './spatial-dropout.ts';
