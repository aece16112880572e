import type { Sample } from '../../op.ts';
import type { Shape } from '../../spec.ts';
import type { ArgAttrs, ReduceAttrs } from '../reduce.ts';

const SHAPES: readonly Sample<ReduceAttrs>[] = [
  { inputs: [[3, 5]], attrs: { axes: [0, 1], keepDims: false } },
  { inputs: [[3, 5]], attrs: { axes: [0], keepDims: false } },
  { inputs: [[3, 5]], attrs: { axes: [1], keepDims: true } },
  { inputs: [[2, 3, 4, 5]], attrs: { axes: [1, 3], keepDims: false } },
  { inputs: [[2, 3, 4, 5]], attrs: { axes: [0, 1, 2], keepDims: true } },
  { inputs: [[1, 7, 1]], attrs: { axes: [0, 2], keepDims: false } },
  { inputs: [[37, 19]], attrs: { axes: [1], keepDims: false } },
  { inputs: [[]], attrs: { axes: [], keepDims: false } },
];

const EMPTY: readonly Sample<ReduceAttrs>[] = [
  { inputs: [[0, 3]], attrs: { axes: [0], keepDims: false }, gradient: false, note: 'empty axis' },
  { inputs: [[0, 3]], attrs: { axes: [1], keepDims: false }, gradient: false, note: 'empty result' },
];

const INTEGERS: Sample<ReduceAttrs> = {
  inputs: [{ shape: [4, 6], dtype: 'int32', range: [-3, 3] }],
  attrs: { axes: [1], keepDims: false },
  gradient: false,
};

const SPECIAL: Sample<ReduceAttrs> = {
  inputs: [
    {
      shape: [3, 4],
      values: [1, Number.NaN, 2, 3, 1, Number.POSITIVE_INFINITY, 2, 3, Number.NEGATIVE_INFINITY, -1, -2, -3],
    },
  ],
  attrs: { axes: [1], keepDims: false },
  gradient: false,
  note: 'special values',
};

const ARG: readonly Sample<ArgAttrs>[] = [
  { inputs: [[3, 5]], attrs: { axis: 1 } },
  { inputs: [[3, 5]], attrs: { axis: 0 } },
  { inputs: [[2, 7, 3]], attrs: { axis: 1 } },
  {
    inputs: [{ shape: [2, 4], values: [1, 3, 3, 0, 2, 2, 2, 2] }],
    attrs: { axis: 1 },
    note: 'the first of equals',
  },
  {
    inputs: [
      {
        shape: [2, 3],
        values: [1, Number.NaN, 5, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      },
    ],
    attrs: { axis: 1 },
    note: 'NaN wins',
  },
  { inputs: [{ shape: [9], dtype: 'int32', range: [-9, 9] }], attrs: { axis: 0 } },
  { inputs: [[0, 3]], attrs: { axis: 1 } },
];

/** Calls that ops of reduce.ts are tested with. */
export const reduceSamples: Readonly<Record<string, readonly Sample<ReduceAttrs>[] | readonly Sample<ArgAttrs>[]>> = {
  sum: [...SHAPES, ...EMPTY, INTEGERS, SPECIAL],
  prod: [
    ...SHAPES.map((sample) => ({
      ...sample,
      inputs: sample.inputs.map((shape) => ({ shape: shape as Shape, range: [0.7, 1.4] as const })),
    })),
    ...EMPTY,
    INTEGERS,
    {
      inputs: [{ shape: [6], dtype: 'int32', values: [123456789, 987654321, -7, 65537, 3, 11] }],
      attrs: { axes: [0], keepDims: false },
      gradient: false,
      note: 'wraps around',
    },
  ],
  max: [...SHAPES, ...EMPTY, INTEGERS, SPECIAL],
  min: [...SHAPES, ...EMPTY, INTEGERS, SPECIAL],
  argMax: ARG,
  argMin: ARG,
};
