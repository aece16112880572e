import {
  Conv1D,
  Conv2D,
  Conv3D,
  DepthwiseConv1D,
  DepthwiseConv2D,
  SeparableConv1D,
  SeparableConv2D,
} from '../../src/index.ts';
import type { LayerCase } from '../kit.ts';

export const CONVOLUTION: readonly LayerCase[] = [
  [
    'Conv1D',
    {
      make: () => new Conv1D(3, 3, { strides: 2, activation: 'sigmoid' }),
      config: { filters: 3, kernelSize: [3], strides: [2], activation: 'sigmoid' },
      input: [2, 7, 2],
      output: [2, 3, 3],
      weights: { kernel: [3, 2, 3], bias: [3] },
    },
  ],
  [
    'Conv1D, causal and dilated',
    {
      make: () => new Conv1D(2, 2, { padding: 'causal', dilationRate: 2 }),
      config: { filters: 2, kernelSize: 2, padding: 'causal', dilationRate: [2] },
      input: [2, 5, 3],
      output: [2, 5, 2],
      weights: { kernel: [2, 3, 2], bias: [2] },
    },
  ],
  [
    'Conv2D',
    {
      make: () => new Conv2D(3, [2, 3], { padding: 'same' }),
      config: { filters: 3, kernelSize: [2, 3], padding: 'same' },
      input: [2, 4, 5, 2],
      output: [2, 4, 5, 3],
      weights: { kernel: [2, 3, 2, 3], bias: [3] },
    },
  ],
  [
    'Conv2D in groups, channels first',
    {
      make: () => new Conv2D(4, 2, { groups: 2, dataFormat: 'channelsFirst', strides: 2 }),
      config: { filters: 4, kernelSize: 2, groups: 2, dataFormat: 'channelsFirst', strides: 2 },
      input: [2, 2, 5, 4],
      output: [2, 4, 2, 2],
      weights: { kernel: [2, 2, 1, 4], bias: [4] },
    },
  ],
  [
    'Conv3D',
    {
      make: () => new Conv3D(2, 2, { useBias: false }),
      config: { filters: 2, kernelSize: 2, useBias: false },
      input: [1, 3, 3, 2, 2],
      output: [1, 2, 2, 1, 2],
      weights: { kernel: [2, 2, 2, 2, 2] },
    },
  ],
  [
    'DepthwiseConv1D',
    {
      make: () => new DepthwiseConv1D(3, { depthMultiplier: 2 }),
      config: { kernelSize: 3, depthMultiplier: 2 },
      input: [2, 5, 2],
      output: [2, 3, 4],
      weights: { kernel: [3, 2, 2], bias: [4] },
    },
  ],
  [
    'DepthwiseConv2D',
    {
      make: () => new DepthwiseConv2D(2, { padding: 'same', dataFormat: 'channelsFirst' }),
      config: { kernelSize: [2, 2], padding: 'same', dataFormat: 'channelsFirst' },
      input: [1, 2, 4, 3],
      output: [1, 2, 4, 3],
      weights: { kernel: [2, 2, 2, 1], bias: [2] },
    },
  ],
  [
    'SeparableConv1D',
    {
      make: () => new SeparableConv1D(3, 2),
      config: { filters: 3, kernelSize: 2 },
      input: [2, 4, 2],
      output: [2, 3, 3],
      weights: { depthwise_kernel: [2, 2, 1], pointwise_kernel: [1, 2, 3], bias: [3] },
    },
  ],
  [
    'SeparableConv2D',
    {
      make: () => new SeparableConv2D(3, 2, { depthMultiplier: 2, strides: 2 }),
      config: { filters: 3, kernelSize: 2, depthMultiplier: 2, strides: 2 },
      input: [1, 4, 4, 2],
      output: [1, 2, 2, 3],
      weights: { depthwise_kernel: [2, 2, 2, 2], pointwise_kernel: [1, 1, 4, 3], bias: [3] },
    },
  ],
];
