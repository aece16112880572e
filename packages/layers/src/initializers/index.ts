export { Constant, IdentityInitializer, Ones, Zeros } from './constant.ts';
export { Dirac } from './dirac.ts';
export { initializerFrom } from './from.ts';
export { Initializer, type InitializerLike, type InitializerName } from './initializer.ts';
export { Orthogonal, type OrthogonalConfig } from './orthogonal.ts';
export {
  RandomNormal,
  type RandomNormalConfig,
  RandomUniform,
  type RandomUniformConfig,
  TruncatedNormal,
} from './random.ts';
export {
  type FanMode,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  type ScalingDistribution,
  type SeedConfig,
  VarianceScaling,
  type VarianceScalingConfig,
} from './scaling.ts';
export { Sparse, type SparseConfig } from './sparse.ts';
export { STFT, type STFTConfig, type WindowName } from './stft.ts';
