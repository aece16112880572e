import {
  Activation,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  BatchNormalization,
  Conv1D,
  Conv2D,
  Conv3D,
  Dense,
  DepthwiseConv1D,
  DepthwiseConv2D,
  Dropout,
  ELU,
  Flatten,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  HeNormal,
  L2,
  LeakyReLU,
  Maxout,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  PReLU,
  ReLU,
  Reshape,
  SeparableConv1D,
  SeparableConv2D,
  Softmax,
} from '../src/index.ts';
import type { LayerClaims } from './kit.ts';

/** Layers by what is special about them, and what is claimed of each. */
export const CASES: readonly (readonly [title: string, claims: LayerClaims])[] = [
  [
    'Dense',
    {
      make: () => new Dense(3, { activation: 'tanh' }),
      config: { units: 3, activation: 'tanh' },
      input: [4, 5],
      output: [4, 3],
      weights: { kernel: [5, 3], bias: [3] },
    },
  ],
  [
    'Dense on sequences, no bias, with objects as options',
    {
      make: () =>
        new Dense(2, { useBias: false, kernelInitializer: new HeNormal({ seed: 1 }), kernelRegularizer: new L2(0.1) }),
      config: {
        units: 2,
        useBias: false,
        kernelInitializer: { type: 'HeNormal', config: { seed: 1 } },
        kernelRegularizer: { type: 'L2', config: { l2: 0.1 } },
      },
      input: [2, 3, 4],
      output: [2, 3, 2],
      weights: { kernel: [4, 2] },
    },
  ],
  [
    'Maxout',
    {
      make: () => new Maxout(3),
      config: { units: 3, pieces: 2 },
      input: [4, 5],
      output: [4, 3],
      weights: { kernel: [5, 6], bias: [6] },
    },
  ],
  [
    'Maxout of three pieces',
    {
      make: () => new Maxout(2, { pieces: 3, useBias: false }),
      config: { units: 2, pieces: 3, useBias: false },
      input: [2, 2, 3],
      output: [2, 2, 2],
      weights: { kernel: [3, 6] },
    },
  ],

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
    'MaxPooling1D',
    {
      make: () => new MaxPooling1D(),
      config: { poolSize: 2, strides: 2 },
      input: [2, 6, 2],
      output: [2, 3, 2],
    },
  ],
  [
    'MaxPooling2D',
    {
      make: () => new MaxPooling2D([2, 2]),
      config: { poolSize: 2 },
      input: [1, 5, 4, 2],
      output: [1, 2, 2, 2],
    },
  ],
  [
    'MaxPooling2D, overlapping, channels first',
    {
      make: () => new MaxPooling2D(3, { strides: 2, padding: 'same', dataFormat: 'channelsFirst' }),
      config: { poolSize: [3, 3], strides: [2, 2], padding: 'same', dataFormat: 'channelsFirst' },
      input: [1, 2, 5, 4],
      output: [1, 2, 3, 2],
    },
  ],
  [
    'MaxPooling3D',
    {
      make: () => new MaxPooling3D([1, 2, 2]),
      config: { poolSize: [1, 2, 2] },
      input: [1, 2, 4, 4, 1],
      output: [1, 2, 2, 2, 1],
    },
  ],
  [
    'AveragePooling1D',
    {
      make: () => new AveragePooling1D(3, { strides: 1, padding: 'same' }),
      config: { poolSize: 3, strides: 1, padding: 'same' },
      input: [2, 5, 2],
      output: [2, 5, 2],
    },
  ],
  [
    'AveragePooling2D',
    {
      make: () => new AveragePooling2D(2, { strides: [1, 2] }),
      config: { poolSize: 2, strides: [1, 2] },
      input: [1, 4, 4, 2],
      output: [1, 3, 2, 2],
    },
  ],
  [
    'AveragePooling3D',
    {
      make: () => new AveragePooling3D(),
      config: {},
      input: [1, 2, 4, 4, 1],
      output: [1, 1, 2, 2, 1],
    },
  ],
  [
    'GlobalMaxPooling1D',
    {
      make: () => new GlobalMaxPooling1D(),
      config: {},
      input: [2, 5, 3],
      output: [2, 3],
    },
  ],
  [
    'GlobalMaxPooling2D',
    {
      make: () => new GlobalMaxPooling2D({ dataFormat: 'channelsFirst' }),
      config: { dataFormat: 'channelsFirst' },
      input: [2, 3, 4, 2],
      output: [2, 3],
    },
  ],
  [
    'GlobalMaxPooling3D',
    {
      make: () => new GlobalMaxPooling3D({ keepDims: true }),
      config: { keepDims: true },
      input: [2, 2, 2, 2, 3],
      output: [2, 1, 1, 1, 3],
    },
  ],
  [
    'GlobalAveragePooling1D',
    {
      make: () => new GlobalAveragePooling1D(),
      config: {},
      input: [2, 5, 3],
      output: [2, 3],
    },
  ],
  [
    'GlobalAveragePooling2D',
    {
      make: () => new GlobalAveragePooling2D(),
      config: {},
      input: [2, 4, 2, 3],
      output: [2, 3],
    },
  ],
  [
    'GlobalAveragePooling3D',
    {
      make: () => new GlobalAveragePooling3D({ dataFormat: 'channelsFirst', keepDims: true }),
      config: { dataFormat: 'channelsFirst', keepDims: true },
      input: [2, 3, 2, 2, 2],
      output: [2, 3, 1, 1, 1],
    },
  ],

  ['Flatten', { make: () => new Flatten(), config: {}, input: [2, 3, 4], output: [2, 12] }],
  [
    'Flatten of one number per sample',
    {
      make: () => new Flatten(),
      config: {},
      input: [3],
      output: [3, 1],
    },
  ],
  [
    'Reshape',
    {
      make: () => new Reshape([-1, 2]),
      config: { targetShape: [-1, 2] },
      input: [2, 3, 4],
      output: [2, 6, 2],
    },
  ],
  ['Dropout', { make: () => new Dropout(0.5), config: { rate: 0.5 }, input: [4, 5], output: [4, 5] }],
  [
    'Dropout of whole channels',
    {
      make: () => new Dropout(0.3, { noiseShape: [null, 1, null] }),
      config: { rate: 0.3, noiseShape: [null, 1, null] },
      input: [2, 4, 3],
      output: [2, 4, 3],
    },
  ],
  [
    'BatchNormalization',
    {
      make: () => new BatchNormalization(),
      config: { axis: -1, momentum: 0.99, epsilon: 0.001, center: true, scale: true },
      input: [5, 3],
      output: [5, 3],
      weights: { gamma: [3], beta: [3] },
      state: { moving_mean: [3], moving_variance: [3] },
    },
  ],
  [
    'BatchNormalization of images, channels first',
    {
      make: () => new BatchNormalization({ axis: 1, momentum: 0.9, scale: false }),
      config: { axis: 1, momentum: 0.9, scale: false },
      input: [2, 3, 2, 2],
      output: [2, 3, 2, 2],
      weights: { beta: [3] },
      state: { moving_mean: [3], moving_variance: [3] },
    },
  ],

  [
    'Activation',
    {
      make: () => new Activation('gelu'),
      config: { activation: 'gelu' },
      input: [3, 4],
      output: [3, 4],
    },
  ],
  [
    'Activation with options',
    {
      make: () => new Activation({ type: 'leakyRelu', config: { negativeSlope: 0.1 } }),
      config: { activation: { type: 'leakyRelu', config: { negativeSlope: 0.1 } } },
      input: [3, 4],
      output: [3, 4],
    },
  ],
  ['ReLU', { make: () => new ReLU(), config: {}, input: [3, 4], output: [3, 4] }],
  [
    'ReLU with all options',
    {
      make: () => new ReLU(0.7, { negativeSlope: 0.2, threshold: 0.1 }),
      config: { maxValue: 0.7, negativeSlope: 0.2, threshold: 0.1 },
      input: [3, 4],
      output: [3, 4],
    },
  ],
  [
    'LeakyReLU',
    {
      make: () => new LeakyReLU(0.1),
      config: { negativeSlope: 0.1 },
      input: [3, 4],
      output: [3, 4],
    },
  ],
  ['ELU', { make: () => new ELU(), config: { alpha: 1 }, input: [3, 4], output: [3, 4] }],
  [
    'PReLU',
    {
      make: () => new PReLU({ sharedAxes: [1, 2] }),
      config: { sharedAxes: [1, 2] },
      input: [2, 3, 2, 3],
      output: [2, 3, 2, 3],
      weights: { alpha: [1, 1, 3] },
    },
  ],
  ['Softmax', { make: () => new Softmax(), config: { axis: -1 }, input: [3, 4], output: [3, 4] }],
];
