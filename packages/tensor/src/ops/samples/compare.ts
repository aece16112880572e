import type { Sample } from '../../op.ts';
import type { NoAttrs } from '../elementwise/define.ts';

const E = [0, -0, 1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

const NUMBERS: readonly Sample<NoAttrs>[] = [
  {
    inputs: [
      { shape: [7, 1], values: E },
      { shape: [1, 7], values: E },
    ],
    attrs: {},
  },
  {
    inputs: [
      { shape: [5, 1], dtype: 'int32' },
      { shape: [4], dtype: 'int32' },
    ],
    attrs: {},
  },
  { inputs: [{ shape: [67] }, { shape: [] }], attrs: {} },
  { inputs: [[0, 3], [3]], attrs: {} },
];

const BOOLS: Sample<NoAttrs> = {
  inputs: [
    { shape: [2, 1], dtype: 'bool', values: [0, 1] },
    { shape: [2], dtype: 'bool', values: [0, 1] },
  ],
  attrs: {},
};

/** Calls that ops of compare.ts are tested with. */
export const compareSamples: Readonly<Record<string, readonly Sample<NoAttrs>[]>> = {
  equal: [...NUMBERS, BOOLS],
  less: NUMBERS,
  lessEqual: NUMBERS,
  logicalAnd: [BOOLS],
  logicalOr: [BOOLS],
  logicalNot: [{ inputs: [{ shape: [9], dtype: 'bool' }], attrs: {} }],
  where: [
    { inputs: [{ shape: [3, 5], dtype: 'bool' }, [3, 5], [3, 5]], attrs: {} },
    { inputs: [{ shape: [3, 1], dtype: 'bool' }, [5], []], attrs: {} },
    {
      inputs: [
        { shape: [9], dtype: 'bool' },
        { shape: [9], dtype: 'int32' },
        { shape: [1], dtype: 'int32' },
      ],
      attrs: {},
    },
    {
      inputs: [
        { shape: [2], dtype: 'bool', values: [1, 0] },
        { shape: [2], values: [1, Number.NaN] },
        { shape: [2], values: [Number.NaN, 2] },
      ],
      attrs: {},
      gradient: false,
    },
    {
      inputs: [
        { shape: [6], dtype: 'bool' },
        { shape: [6], dtype: 'bool' },
        { shape: [], dtype: 'bool' },
      ],
      attrs: {},
    },
    { inputs: [{ shape: [0], dtype: 'bool' }, [0], []], attrs: {} },
  ],
};
