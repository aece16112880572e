import { BatchNormalization } from '../../src/index.ts';
import type { LayerCase } from '../kit.ts';

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
];
