import type { LayerCase } from '@nablajs/testkit';
import {
  BatchNormalization,
  Dense,
  GroupNormalization,
  InstanceNormalization,
  LayerNormalization,
  LocalResponseNormalization,
  RMSNormalization,
  SpectralNormalization,
  UnitNormalization,
  WeightNormalization,
} from '../../src/index.ts';

export const NORMALIZATION: readonly LayerCase[] = [
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
    'LayerNormalization',
    {
      make: () => new LayerNormalization(),
      config: { axis: -1, epsilon: 0.001 },
      input: [2, 3, 4],
      output: [2, 3, 4],
      weights: { gamma: [4], beta: [4] },
    },
  ],
  [
    'LayerNormalization over several axes',
    {
      make: () => new LayerNormalization([3, 1], { epsilon: 1e-6, center: false }),
      config: { axis: [3, 1], epsilon: 1e-6, center: false },
      input: [2, 2, 3, 2],
      output: [2, 2, 3, 2],
      weights: { gamma: [2, 2] },
    },
  ],
  [
    'RMSNormalization',
    {
      make: () => new RMSNormalization(),
      config: { axis: -1, epsilon: 1e-6 },
      input: [3, 4],
      output: [3, 4],
      weights: { scale: [4] },
    },
  ],
  [
    'GroupNormalization',
    {
      make: () => new GroupNormalization(2),
      config: { groups: 2 },
      input: [2, 3, 4],
      output: [2, 3, 4],
      weights: { gamma: [4], beta: [4] },
    },
  ],
  [
    'GroupNormalization of images, channels first',
    {
      make: () => new GroupNormalization(2, { axis: 1, scale: false }),
      config: { groups: 2, axis: 1, scale: false },
      input: [1, 4, 2, 2],
      output: [1, 4, 2, 2],
      weights: { beta: [4] },
    },
  ],
  [
    'InstanceNormalization',
    {
      make: () => new InstanceNormalization(),
      config: { axis: -1 },
      input: [2, 3, 2, 2],
      output: [2, 3, 2, 2],
      weights: { gamma: [2], beta: [2] },
    },
  ],
  ['UnitNormalization', { make: () => new UnitNormalization(), config: { axis: -1 }, input: [3, 4], output: [3, 4] }],
  [
    'UnitNormalization over several axes',
    { make: () => new UnitNormalization([1, 2]), config: { axis: [1, 2] }, input: [2, 2, 3], output: [2, 2, 3] },
  ],
  [
    'LocalResponseNormalization',
    {
      make: () => new LocalResponseNormalization(3, { alpha: 0.3, k: 2 }),
      config: { size: 3, alpha: 0.3, k: 2 },
      input: [1, 2, 2, 5],
      output: [1, 2, 2, 5],
    },
  ],

  [
    'SpectralNormalization',
    {
      make: () => new SpectralNormalization(new Dense(3, { name: 'inner' }), { powerIterations: 2 }),
      config: { layer: new Dense(3, { name: 'inner' }).toJSON(), powerIterations: 2 },
      input: [2, 4],
      output: [2, 3],
      weights: { kernel: [4, 3], bias: [3] },
      state: { vector_u: [1, 3] },
      differences: 'inference',
    },
  ],
  [
    'WeightNormalization',
    {
      make: () => new WeightNormalization(new Dense(3, { name: 'inner' })),
      config: { layer: new Dense(3, { name: 'inner' }).toJSON(), axis: -1 },
      input: [2, 4],
      output: [2, 3],
      weights: { kernel_v: [4, 3], kernel_g: [3], bias: [3] },
    },
  ],
];
