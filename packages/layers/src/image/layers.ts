import type { LayerClass } from '../base/registry.ts';
import { Rescaling } from './rescaling.ts';
import { CenterCrop, Resizing } from './resizing.ts';
import { UpSampling1D, UpSampling2D, UpSampling3D } from './up-sampling.ts';

/** The layers of this folder. */
export const imageLayers: readonly LayerClass[] = [
  Rescaling,
  Resizing,
  CenterCrop,
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
];
