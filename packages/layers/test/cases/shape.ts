import type { LayerCase } from '@nablajs/testkit';
import {
  Cropping1D,
  Cropping2D,
  Cropping3D,
  Flatten,
  Padding1D,
  Padding2D,
  Padding3D,
  Permute,
  RepeatVector,
  Reshape,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
} from '../../src/index.ts';

export const SHAPE: readonly LayerCase[] = [
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

  [
    'Cropping1D',
    { make: () => new Cropping1D([1, 2]), config: { cropping: [[1, 2]] }, input: [2, 5, 2], output: [2, 2, 2] },
  ],
  [
    'Cropping2D, channels first',
    {
      make: () => new Cropping2D([1, [0, 2]], { dataFormat: 'channelsFirst' }),
      config: {
        cropping: [
          [1, 1],
          [0, 2],
        ],
        dataFormat: 'channelsFirst',
      },
      input: [1, 2, 4, 5],
      output: [1, 2, 2, 3],
    },
  ],
  [
    'Cropping3D',
    { make: () => new Cropping3D(), config: { cropping: 1 }, input: [1, 3, 4, 3, 2], output: [1, 1, 2, 1, 2] },
  ],
  [
    'ZeroPadding1D',
    { make: () => new ZeroPadding1D([2, 0]), config: { padding: [[2, 0]] }, input: [2, 3, 2], output: [2, 5, 2] },
  ],
  [
    'ZeroPadding2D',
    {
      make: () =>
        new ZeroPadding2D([
          [1, 0],
          [0, 2],
        ]),
      config: {
        padding: [
          [1, 0],
          [0, 2],
        ],
      },
      input: [1, 2, 3, 2],
      output: [1, 3, 5, 2],
    },
  ],
  [
    'ZeroPadding3D, channels first',
    {
      make: () => new ZeroPadding3D(1, { dataFormat: 'channelsFirst' }),
      config: { padding: [1, 1, 1], dataFormat: 'channelsFirst' },
      input: [1, 2, 1, 2, 1],
      output: [1, 2, 3, 4, 3],
    },
  ],
  [
    'Padding1D, replicated',
    {
      make: () => new Padding1D([1, 3], { mode: 'replicate' }),
      config: { padding: [1, 3], mode: 'replicate' },
      input: [2, 3, 2],
      output: [2, 7, 2],
    },
  ],
  [
    'Padding2D, reflected',
    {
      make: () =>
        new Padding2D(
          [
            [1, 2],
            [0, 1],
          ],
          { mode: 'reflect' },
        ),
      config: {
        padding: [
          [1, 2],
          [0, 1],
        ],
        mode: 'reflect',
      },
      input: [1, 3, 3, 2],
      output: [1, 6, 4, 2],
    },
  ],
  [
    'Padding2D, constant, channels first',
    {
      make: () => new Padding2D(1, { value: 0.5, dataFormat: 'channelsFirst' }),
      config: { padding: 1, value: 0.5, dataFormat: 'channelsFirst' },
      input: [1, 2, 2, 1],
      output: [1, 2, 4, 3],
    },
  ],
  [
    'Padding3D, circular',
    {
      make: () => new Padding3D(1, { mode: 'circular' }),
      config: { padding: 1, mode: 'circular' },
      input: [1, 2, 1, 2, 2],
      output: [1, 4, 3, 4, 2],
    },
  ],
  [
    'Permute',
    { make: () => new Permute([3, 1, 2]), config: { dims: [3, 1, 2] }, input: [2, 3, 4, 5], output: [2, 5, 3, 4] },
  ],
  ['RepeatVector', { make: () => new RepeatVector(3), config: { n: 3 }, input: [2, 4], output: [2, 3, 4] }],
];
