export { Cropping1D, Cropping2D, Cropping3D, type CroppingConfig, type CroppingOptions } from './cropping.ts';
export { Flatten, type FlattenOptions } from './flatten.ts';
export {
  Padding1D,
  Padding2D,
  Padding3D,
  type PaddingConfig,
  type PaddingMode,
  type PaddingOptions,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
  type ZeroPaddingConfig,
  type ZeroPaddingOptions,
} from './padding.ts';
export { Permute, type PermuteOptions } from './permute.ts';
export { RepeatVector, type RepeatVectorOptions } from './repeat-vector.ts';
export { Reshape, type ReshapeOptions } from './reshape.ts';
