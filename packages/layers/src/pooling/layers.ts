import type { LayerClass } from '../base/registry.ts';
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
} from './adaptive-pooling.ts';
import { FractionalMaxPooling1D, FractionalMaxPooling2D, FractionalMaxPooling3D } from './fractional-pooling.ts';
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from './global-pooling.ts';
import { LPPooling1D, LPPooling2D, LPPooling3D } from './lp-pooling.ts';
import { MaxUnpooling1D, MaxUnpooling2D, MaxUnpooling3D } from './max-unpooling.ts';
import {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
} from './pooling.ts';

/** The layers of this folder. */
export const poolingLayers: readonly LayerClass[] = [
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  LPPooling1D,
  LPPooling2D,
  LPPooling3D,
  MaxUnpooling1D,
  MaxUnpooling2D,
  MaxUnpooling3D,
  FractionalMaxPooling1D,
  FractionalMaxPooling2D,
  FractionalMaxPooling3D,
];
