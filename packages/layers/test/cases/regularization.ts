import { Dropout } from '../../src/index.ts';
import type { LayerCase } from '../kit.ts';

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
];
