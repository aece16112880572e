import type { LayerCase } from '@nablajs/testkit';
import { AdaptiveLogSoftmax, Bilinear, Dense, EinsumDense, HeNormal, L2, Maxout, SwiGLU } from '../../src/index.ts';

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

  [
    'Dense with a penalty on what it gives',
    {
      make: () =>
        new Dense(2, {
          activityRegularizer: 'l2',
          kernelConstraint: 'maxNorm',
          biasConstraint: { type: 'NonNeg', config: {} },
        }),
      config: {
        units: 2,
        activityRegularizer: 'l2',
        kernelConstraint: 'maxNorm',
        biasConstraint: { type: 'NonNeg', config: {} },
      },
      input: [3, 2],
      output: [3, 2],
      weights: { kernel: [2, 2], bias: [2] },
    },
  ],
  [
    'EinsumDense',
    {
      make: () => new EinsumDense('abc,cde->abde', [null, 2, 3], { biasAxes: 'de' }),
      config: { equation: 'abc,cde->abde', outputShape: [null, 2, 3], biasAxes: 'de' },
      input: [2, 3, 4],
      output: [2, 3, 2, 3],
      weights: { kernel: [4, 2, 3], bias: [2, 3] },
    },
  ],
  [
    'EinsumDense with dots',
    {
      make: () => new EinsumDense('...x,xy->...y', 3, { activation: 'tanh' }),
      config: { equation: '...x,xy->...y', outputShape: [3], activation: 'tanh' },
      input: [2, 2, 4],
      output: [2, 2, 3],
      weights: { kernel: [4, 3] },
    },
  ],
  [
    'SwiGLU',
    {
      make: () => new SwiGLU(3),
      config: { units: 3 },
      input: [2, 2, 4],
      output: [2, 2, 3],
      weights: { kernel: [4, 6], bias: [6] },
    },
  ],

  [
    'Bilinear',
    {
      make: () => new Bilinear(2),
      config: { units: 2 },
      input: [
        [3, 4],
        [3, 5],
      ],
      output: [3, 2],
      weights: { kernel: [2, 4, 5], bias: [2] },
    },
  ],
  [
    'AdaptiveLogSoftmax',
    {
      make: () => new AdaptiveLogSoftmax(7, [2, 4], { divValue: 2, headBias: true }),
      config: { classes: 7, cutoffs: [2, 4], divValue: 2, headBias: true },
      input: [3, 4],
      output: [3, 7],
      weights: {
        head_kernel: [4, 4],
        head_bias: [4],
        group_1_projection: [4, 2],
        group_1_kernel: [2, 2],
        group_2_projection: [4, 1],
        group_2_kernel: [1, 3],
      },
    },
  ],
];
