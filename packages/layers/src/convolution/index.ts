export {
  Conv1D,
  type Conv1DOptions,
  Conv2D,
  Conv3D,
  type ConvConfig,
  type ConvLayerOptions,
  type ConvSizes,
} from './conv.ts';
export {
  Conv1DTranspose,
  Conv2DTranspose,
  Conv3DTranspose,
  type ConvTransposeConfig,
  type ConvTransposeLayerOptions,
} from './conv-transpose.ts';
export {
  DepthwiseConv1D,
  DepthwiseConv2D,
  type DepthwiseConvConfig,
  type DepthwiseConvOptions,
  type DepthwiseConvSizes,
} from './depthwise.ts';
export type { ConvolutionConfig, ConvolutionOptions, DepthwiseOptions } from './options.ts';
export {
  ChannelShuffle,
  type ChannelShuffleOptions,
  PixelShuffle,
  type PixelShuffleOptions,
  PixelUnshuffle,
} from './pixel-shuffle.ts';
export {
  SeparableConv1D,
  SeparableConv2D,
  type SeparableConvConfig,
  type SeparableConvOptions,
} from './separable.ts';
export { SqueezeExcite, type SqueezeExciteOptions } from './squeeze-excite.ts';
export { Fold, type FoldConfig, type FoldSizes, Unfold, type UnfoldConfig, type UnfoldOptions } from './unfold.ts';
