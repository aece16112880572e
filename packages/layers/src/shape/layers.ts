import type { LayerClass } from '../base/registry.ts';
import { Cropping1D, Cropping2D, Cropping3D } from './cropping.ts';
import { Flatten } from './flatten.ts';
import { Padding1D, Padding2D, Padding3D, ZeroPadding1D, ZeroPadding2D, ZeroPadding3D } from './padding.ts';
import { Permute } from './permute.ts';
import { RepeatVector } from './repeat-vector.ts';
import { Reshape } from './reshape.ts';

/** The layers of this folder. */
export const shapeLayers: readonly LayerClass[] = [
  Flatten,
  Reshape,
  Cropping1D,
  Cropping2D,
  Cropping3D,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
  Padding1D,
  Padding2D,
  Padding3D,
  Permute,
  RepeatVector,
];
