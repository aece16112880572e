import type { LayerClass } from '../base/registry.ts';
import { Conv1D, Conv2D, Conv3D } from './conv.ts';
import { DepthwiseConv1D, DepthwiseConv2D } from './depthwise.ts';
import { SeparableConv1D, SeparableConv2D } from './separable.ts';

/** The layers of this folder. */
export const convolutionLayers: readonly LayerClass[] = [
  Conv1D,
  Conv2D,
  Conv3D,
  SeparableConv1D,
  SeparableConv2D,
  DepthwiseConv1D,
  DepthwiseConv2D,
];
