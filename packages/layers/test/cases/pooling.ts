import type { LayerCase } from '@nablajs/testkit';
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  FractionalMaxPooling1D,
  FractionalMaxPooling2D,
  FractionalMaxPooling3D,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  LPPooling1D,
  LPPooling2D,
  LPPooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  MaxUnpooling1D,
  MaxUnpooling2D,
  MaxUnpooling3D,
} from '../../src/index.ts';

export const POOLING: readonly LayerCase[] = [
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

  [
    'AdaptiveAveragePooling1D',
    { make: () => new AdaptiveAveragePooling1D(3), config: { outputSize: [3] }, input: [2, 7, 2], output: [2, 3, 2] },
  ],
  [
    'AdaptiveAveragePooling2D',
    {
      make: () => new AdaptiveAveragePooling2D([2, 3]),
      config: { outputSize: [2, 3] },
      input: [1, 5, 4, 2],
      output: [1, 2, 3, 2],
    },
  ],
  [
    'AdaptiveAveragePooling2D, even, channels first',
    {
      make: () => new AdaptiveAveragePooling2D(2, { dataFormat: 'channelsFirst' }),
      config: { outputSize: 2, dataFormat: 'channelsFirst' },
      input: [1, 3, 4, 6],
      output: [1, 3, 2, 2],
    },
  ],
  [
    'AdaptiveAveragePooling3D',
    {
      make: () => new AdaptiveAveragePooling3D([2, 1, 3]),
      config: { outputSize: [2, 1, 3] },
      input: [1, 3, 2, 2, 2],
      output: [1, 2, 1, 3, 2],
    },
  ],

  [
    'AdaptiveMaxPooling1D',
    { make: () => new AdaptiveMaxPooling1D(3), config: { outputSize: [3] }, input: [2, 7, 2], output: [2, 3, 2] },
  ],
  [
    'AdaptiveMaxPooling2D',
    {
      make: () => new AdaptiveMaxPooling2D([2, 3]),
      config: { outputSize: [2, 3] },
      input: [1, 5, 4, 2],
      output: [1, 2, 3, 2],
    },
  ],
  [
    'AdaptiveMaxPooling2D, even, channels first',
    {
      make: () => new AdaptiveMaxPooling2D(2, { dataFormat: 'channelsFirst' }),
      config: { outputSize: 2, dataFormat: 'channelsFirst' },
      input: [1, 3, 4, 6],
      output: [1, 3, 2, 2],
    },
  ],
  [
    'AdaptiveMaxPooling3D',
    {
      make: () => new AdaptiveMaxPooling3D([2, 1, 3]),
      config: { outputSize: [2, 1, 3] },
      input: [1, 3, 2, 2, 2],
      output: [1, 2, 1, 3, 2],
    },
  ],

  [
    'LPPooling1D',
    {
      make: () => new LPPooling1D(2, 3, { strides: 2 }),
      config: { normType: 2, poolSize: [3], strides: 2 },
      input: [2, 7, 2],
      output: [2, 3, 2],
    },
  ],
  [
    'LPPooling2D, channels first',
    {
      make: () => new LPPooling2D(3, 2, { dataFormat: 'channelsFirst' }),
      config: { normType: 3, poolSize: 2, strides: [2, 2], dataFormat: 'channelsFirst' },
      input: [1, 2, 4, 2],
      output: [1, 2, 2, 1],
    },
  ],
  [
    'LPPooling3D',
    {
      make: () => new LPPooling3D(1.5, [1, 2, 1]),
      config: { normType: 1.5, poolSize: [1, 2, 1], strides: [1, 2, 1] },
      input: [1, 2, 4, 1, 1],
      output: [1, 2, 2, 1, 1],
    },
  ],

  [
    'MaxUnpooling1D',
    {
      make: () => new MaxUnpooling1D(),
      config: { poolSize: 2, strides: 2 },
      input: [
        [2, 2, 3],
        [2, 5, 3],
      ],
      output: [2, 5, 3],
    },
  ],
  [
    'MaxUnpooling2D, channels first',
    {
      make: () => new MaxUnpooling2D(3, { strides: 2, padding: 'same', dataFormat: 'channelsFirst' }),
      config: { poolSize: 3, strides: 2, padding: 'same', dataFormat: 'channelsFirst' },
      input: [
        [1, 2, 2, 3],
        [1, 2, 4, 5],
      ],
      output: [1, 2, 4, 5],
    },
  ],
  [
    'MaxUnpooling3D',
    {
      make: () => new MaxUnpooling3D([1, 2, 2]),
      config: { poolSize: [1, 2, 2] },
      input: [
        [1, 2, 1, 2, 1],
        [1, 2, 2, 4, 1],
      ],
      output: [1, 2, 2, 4, 1],
    },
  ],

  [
    'FractionalMaxPooling1D',
    {
      make: () => new FractionalMaxPooling1D(2, { outputRatio: 0.7 }),
      config: { poolSize: [2], outputSize: null, outputRatio: 0.7 },
      input: [2, 7, 2],
      output: [2, 4, 2],
    },
  ],
  [
    'FractionalMaxPooling2D, channels first',
    {
      make: () => new FractionalMaxPooling2D([2, 1], { outputSize: [3, 1], dataFormat: 'channelsFirst' }),
      config: { poolSize: [2, 1], outputSize: [3, 1], dataFormat: 'channelsFirst' },
      input: [1, 2, 6, 4],
      output: [1, 2, 3, 1],
    },
  ],
  [
    'FractionalMaxPooling3D',
    {
      make: () => new FractionalMaxPooling3D(2, { outputSize: 2 }),
      config: { poolSize: 2, outputSize: 2 },
      input: [1, 3, 3, 5, 1],
      output: [1, 2, 2, 2, 1],
    },
  ],
];
