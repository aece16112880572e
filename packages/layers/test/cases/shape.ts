import { Flatten, Reshape } from '../../src/index.ts';
import type { LayerCase } from '../kit.ts';

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
];
