import type { LayerClass } from '../base/registry.ts';
import { BatchNormalization } from './batch-normalization.ts';
import { GroupNormalization, InstanceNormalization } from './group-normalization.ts';
import { LayerNormalization } from './layer-normalization.ts';
import { LocalResponseNormalization } from './local-response-normalization.ts';
import { RMSNormalization } from './rms-normalization.ts';
import { SpectralNormalization } from './spectral-normalization.ts';
import { UnitNormalization } from './unit-normalization.ts';
import { WeightNormalization } from './weight-normalization.ts';

/** The layers of this folder. */
export const normalizationLayers: readonly LayerClass[] = [
  BatchNormalization,
  GroupNormalization,
  InstanceNormalization,
  LayerNormalization,
  LocalResponseNormalization,
  RMSNormalization,
  UnitNormalization,
  SpectralNormalization,
  WeightNormalization,
];
