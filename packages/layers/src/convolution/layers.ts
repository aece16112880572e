import type { LayerClass } from '../base/registry.ts';
import { Conv1D, Conv2D, Conv3D } from './conv.ts';
import { Conv1DTranspose, Conv2DTranspose, Conv3DTranspose } from './conv-transpose.ts';
import { DepthwiseConv1D, DepthwiseConv2D } from './depthwise.ts';
import { ChannelShuffle, PixelShuffle, PixelUnshuffle } from './pixel-shuffle.ts';
import { SeparableConv1D, SeparableConv2D } from './separable.ts';
import { SqueezeExcite } from './squeeze-excite.ts';
import { Fold, Unfold } from './unfold.ts';

/** The layers of this folder. */
export const convolutionLayers: readonly LayerClass[] = [
  Conv1D,
  Conv2D,
  Conv3D,
  SeparableConv1D,
  SeparableConv2D,
  DepthwiseConv1D,
  DepthwiseConv2D,
  Conv1DTranspose,
  Conv2DTranspose,
  Conv3DTranspose,
  PixelShuffle,
  PixelUnshuffle,
  ChannelShuffle,
  SqueezeExcite,
  Unfold,
  Fold,
];
