import type { LayerCase } from '@nablajs/testkit';
import { Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract } from '../../src/index.ts';

export const MERGING: readonly LayerCase[] = [
  [
    'Add',
    {
      make: () => new Add(),
      config: {},
      input: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      output: [2, 3],
    },
  ],
  [
    'Subtract',
    {
      make: () => new Subtract(),
      config: {},
      input: [
        [2, 3],
        [2, 3],
      ],
      output: [2, 3],
    },
  ],
  [
    'Multiply',
    {
      make: () => new Multiply(),
      config: {},
      input: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      output: [2, 3],
    },
  ],
  [
    'Average',
    {
      make: () => new Average(),
      config: {},
      input: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      output: [2, 3],
    },
  ],
  [
    'Maximum',
    {
      make: () => new Maximum(),
      config: {},
      input: [
        [2, 3],
        [2, 3],
      ],
      output: [2, 3],
    },
  ],
  [
    'Minimum',
    {
      make: () => new Minimum(),
      config: {},
      input: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      output: [2, 3],
    },
  ],
  [
    'Add with broadcasting',
    {
      make: () => new Add(),
      config: {},
      input: [
        [2, 3, 4],
        [2, 4],
        [2, 1, 1],
      ],
      output: [2, 3, 4],
    },
  ],
  [
    'Concatenate',
    {
      make: () => new Concatenate(),
      config: { axis: -1 },
      input: [
        [2, 2, 3],
        [2, 2, 1],
      ],
      output: [2, 2, 4],
    },
  ],
  [
    'Concatenate along steps',
    {
      make: () => new Concatenate(1),
      config: { axis: 1 },
      input: [
        [2, 2, 3],
        [2, 1, 3],
        [2, 2, 3],
      ],
      output: [2, 5, 3],
    },
  ],
  [
    'Dot',
    {
      make: () => new Dot([2, 1]),
      config: { axes: [2, 1] },
      input: [
        [2, 3, 4],
        [2, 4, 2],
      ],
      output: [2, 3, 2],
    },
  ],
  [
    'Dot of directions',
    {
      make: () => new Dot(-1, { normalize: true }),
      config: { axes: -1, normalize: true },
      input: [
        [3, 4],
        [3, 4],
      ],
      output: [3, 1],
    },
  ],
];
