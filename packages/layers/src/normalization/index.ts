export type { NormalizedAxes } from './axes.ts';
export { BatchNormalization, type BatchNormalizationOptions } from './batch-normalization.ts';
export {
  GroupNormalization,
  type GroupNormalizationOptions,
  InstanceNormalization,
  type InstanceNormalizationOptions,
} from './group-normalization.ts';
export { LayerNormalization, type LayerNormalizationOptions } from './layer-normalization.ts';
export { LocalResponseNormalization, type LocalResponseNormalizationOptions } from './local-response-normalization.ts';
export { RMSNormalization, type RMSNormalizationOptions } from './rms-normalization.ts';
export { SpectralNormalization, type SpectralNormalizationOptions } from './spectral-normalization.ts';
export { UnitNormalization, type UnitNormalizationOptions } from './unit-normalization.ts';
export { WeightNormalization, type WeightNormalizationOptions } from './weight-normalization.ts';
