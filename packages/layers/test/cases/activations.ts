import type { LayerCase } from '@nablajs/testkit';
import { Activation, ELU, LeakyReLU, PReLU, ReLU, RReLU, Softmax, ThresholdedReLU } from '../../src/index.ts';

export const ACTIVATIONS: readonly LayerCase[] = [
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

  [
    'Softmax over several axes',
    { make: () => new Softmax([1, 2]), config: { axis: [1, 2] }, input: [2, 2, 3], output: [2, 2, 3] },
  ],
  ['ThresholdedReLU', { make: () => new ThresholdedReLU(0.4), config: { theta: 0.4 }, input: [3, 4], output: [3, 4] }],
  ['RReLU', { make: () => new RReLU(0.1, 0.3), config: { lower: 0.1, upper: 0.3 }, input: [3, 4], output: [3, 4] }],
];
