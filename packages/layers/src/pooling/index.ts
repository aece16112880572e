export {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  type AdaptivePoolingConfig,
  type AdaptivePoolingOptions,
} from './adaptive-pooling.ts';
export {
  FractionalMaxPooling1D,
  FractionalMaxPooling2D,
  FractionalMaxPooling3D,
  type FractionalPoolingConfig,
  type FractionalPoolingOptions,
} from './fractional-pooling.ts';
export {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  type GlobalPoolingOptions,
} from './global-pooling.ts';
export { LPPooling1D, LPPooling2D, LPPooling3D, type LPPoolingConfig, type LPPoolingOptions } from './lp-pooling.ts';
export { MaxUnpooling1D, MaxUnpooling2D, MaxUnpooling3D } from './max-unpooling.ts';
export {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  type PoolingConfig,
  type PoolingOptions,
} from './pooling.ts';
