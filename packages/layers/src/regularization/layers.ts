import type { LayerClass } from '../base/registry.ts';
import { ActivityRegularization } from './activity-regularization.ts';
import { AlphaDropout, Dropout } from './dropout.ts';
import { GaussianDropout, GaussianNoise } from './gaussian.ts';
import { SpatialDropout1D, SpatialDropout2D, SpatialDropout3D } from './spatial-dropout.ts';

/** The layers of this folder. */
export const regularizationLayers: readonly LayerClass[] = [
  AlphaDropout,
  Dropout,
  GaussianDropout,
  GaussianNoise,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
  ActivityRegularization,
];
