import type { LayerCase } from '@nablajs/testkit';
import {
  ChannelShuffle,
  Conv1D,
  Conv1DTranspose,
  Conv2D,
  Conv2DTranspose,
  Conv3D,
  Conv3DTranspose,
  DepthwiseConv1D,
  DepthwiseConv2D,
  Fold,
  PixelShuffle,
  PixelUnshuffle,
  SeparableConv1D,
  SeparableConv2D,
  SqueezeExcite,
  Unfold,
} from '../../src/index.ts';

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

  [
    'Conv1DTranspose',
    {
      make: () => new Conv1DTranspose(3, 3, { strides: 2, activation: 'tanh' }),
      config: { filters: 3, kernelSize: 3, strides: 2, activation: 'tanh' },
      input: [2, 4, 2],
      output: [2, 9, 3],
      weights: { kernel: [3, 3, 2], bias: [3] },
    },
  ],
  [
    'Conv2DTranspose',
    {
      make: () => new Conv2DTranspose(3, [4, 3], { strides: [2, 1], padding: 'same' }),
      config: { filters: 3, kernelSize: [4, 3], strides: [2, 1], padding: 'same' },
      input: [2, 3, 4, 2],
      output: [2, 6, 4, 3],
      weights: { kernel: [4, 3, 3, 2], bias: [3] },
    },
  ],
  [
    'Conv2DTranspose with output padding, channels first',
    {
      make: () =>
        new Conv2DTranspose(1, 3, {
          strides: 2,
          padding: 'same',
          outputPadding: 0,
          useBias: false,
          dataFormat: 'channelsFirst',
        }),
      config: {
        filters: 1,
        kernelSize: [3, 3],
        strides: [2, 2],
        padding: 'same',
        outputPadding: [0, 0],
        useBias: false,
        dataFormat: 'channelsFirst',
      },
      input: [1, 2, 3, 2],
      output: [1, 1, 5, 3],
      weights: { kernel: [3, 3, 1, 2] },
    },
  ],
  [
    'Conv3DTranspose',
    {
      make: () => new Conv3DTranspose(1, 2, { strides: [1, 2, 2] }),
      config: { filters: 1, kernelSize: 2, strides: [1, 2, 2] },
      input: [1, 2, 2, 1, 2],
      output: [1, 3, 4, 2, 1],
      weights: { kernel: [2, 2, 2, 1, 2], bias: [1] },
    },
  ],
  [
    'SqueezeExcite',
    {
      make: () => new SqueezeExcite(2),
      config: { ratio: 2 },
      input: [2, 3, 2, 4],
      output: [2, 3, 2, 4],
      weights: { squeeze_kernel: [4, 2], squeeze_bias: [2], excite_kernel: [2, 4], excite_bias: [4] },
    },
  ],
  [
    'SqueezeExcite, channels first, no bias',
    {
      make: () =>
        new SqueezeExcite(8, {
          useBias: false,
          activation: 'tanh',
          gateActivation: 'hardSigmoid',
          dataFormat: 'channelsFirst',
        }),
      config: {
        ratio: 8,
        useBias: false,
        activation: 'tanh',
        gateActivation: 'hardSigmoid',
        dataFormat: 'channelsFirst',
      },
      input: [1, 3, 2, 2],
      output: [1, 3, 2, 2],
      weights: { squeeze_kernel: [3, 1], excite_kernel: [1, 3] },
    },
  ],
  [
    'PixelShuffle',
    { make: () => new PixelShuffle(2), config: { factor: 2 }, input: [2, 2, 3, 8], output: [2, 4, 6, 2] },
  ],
  [
    'PixelUnshuffle, channels first',
    {
      make: () => new PixelUnshuffle(2, { dataFormat: 'channelsFirst' }),
      config: { factor: 2, dataFormat: 'channelsFirst' },
      input: [1, 3, 4, 2],
      output: [1, 12, 2, 1],
    },
  ],
  ['ChannelShuffle', { make: () => new ChannelShuffle(3), config: { groups: 3 }, input: [2, 2, 6], output: [2, 2, 6] }],

  [
    'Unfold',
    {
      make: () => new Unfold([2, 3], { strides: [2, 1], padding: [1, 0] }),
      config: { kernelSize: [2, 3], strides: [2, 1], padding: [1, 0] },
      input: [2, 4, 4, 2],
      output: [2, 6, 12],
    },
  ],
  [
    'Fold',
    {
      make: () => new Fold([4, 5], 2, { strides: [2, 1], dataFormat: 'channelsFirst' }),
      config: { outputSize: [4, 5], kernelSize: [2, 2], strides: [2, 1], dataFormat: 'channelsFirst' },
      input: [1, 8, 8],
      output: [1, 2, 4, 5],
    },
  ],
];
