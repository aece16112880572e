import type { LayerCase } from '@nablajs/testkit';
import {
  ActivityRegularization,
  AlphaDropout,
  Dropout,
  GaussianDropout,
  GaussianNoise,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
} from '../../src/index.ts';

export const REGULARIZATION: readonly LayerCase[] = [
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
    'AlphaDropout',
    { make: () => new AlphaDropout(0.3), config: { rate: 0.3, noiseShape: null }, input: [4, 5], output: [4, 5] },
  ],
  [
    'SpatialDropout1D',
    { make: () => new SpatialDropout1D(0.4), config: { rate: 0.4 }, input: [2, 3, 4], output: [2, 3, 4] },
  ],
  [
    'SpatialDropout2D, channels first',
    {
      make: () => new SpatialDropout2D(0.4, { dataFormat: 'channelsFirst' }),
      config: { rate: 0.4, dataFormat: 'channelsFirst' },
      input: [2, 3, 2, 2],
      output: [2, 3, 2, 2],
    },
  ],
  [
    'SpatialDropout3D',
    { make: () => new SpatialDropout3D(0.4), config: { rate: 0.4 }, input: [1, 2, 2, 1, 4], output: [1, 2, 2, 1, 4] },
  ],
  ['GaussianDropout', { make: () => new GaussianDropout(0.3), config: { rate: 0.3 }, input: [3, 4], output: [3, 4] }],
  ['GaussianNoise', { make: () => new GaussianNoise(0.5), config: { stddev: 0.5 }, input: [3, 4], output: [3, 4] }],

  [
    'ActivityRegularization',
    { make: () => new ActivityRegularization(0.1, 0.2), config: { l1: 0.1, l2: 0.2 }, input: [3, 4], output: [3, 4] },
  ],
];
