import { Dense, HeNormal, L2, Maxout } from '../../src/index.ts';
import type { LayerCase } from '../kit.ts';

export const DENSE: readonly LayerCase[] = [
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
];
