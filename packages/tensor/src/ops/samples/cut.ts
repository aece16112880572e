import type { Sample } from '../../op.ts';
import type { ConcatAttrs, PadAttrs, SliceAttrs } from '../shape/cut.ts';

/** Calls that ops of cut.ts are tested with. */
export const cutSamples: {
  readonly slice: readonly Sample<SliceAttrs>[];
  readonly pad: readonly Sample<PadAttrs>[];
  readonly concat: readonly Sample<ConcatAttrs>[];
} = {
  slice: [
    { inputs: [[5, 7]], attrs: { starts: [1, 2], sizes: [3, 4], strides: [1, 1] } },
    { inputs: [[5, 7]], attrs: { starts: [0, 1], sizes: [3, 3], strides: [2, 2] } },
    { inputs: [[2, 5, 3]], attrs: { starts: [0, 4, 0], sizes: [2, 1, 3], strides: [1, 1, 1] } },
    { inputs: [{ shape: [9], dtype: 'int32' }], attrs: { starts: [2], sizes: [3], strides: [3] } },
    { inputs: [{ shape: [9], dtype: 'bool' }], attrs: { starts: [2], sizes: [5], strides: [1] } },
    { inputs: [[4]], attrs: { starts: [2], sizes: [0], strides: [1] } },
  ],
  pad: [
    { inputs: [[3, 4]], attrs: { low: [1, 0], high: [0, 2], value: 0 } },
    { inputs: [[2, 3, 2]], attrs: { low: [0, 2, 1], high: [1, 0, 0], value: 1.5 } },
    { inputs: [{ shape: [3], dtype: 'int32' }], attrs: { low: [2], high: [1], value: -1 } },
    { inputs: [[0, 2]], attrs: { low: [1, 0], high: [1, 0], value: 3 } },
    { inputs: [[3]], attrs: { low: [1], high: [1], value: Number.NEGATIVE_INFINITY }, gradient: false },
  ],
  concat: [
    {
      inputs: [
        [2, 3],
        [2, 4],
      ],
      attrs: { axis: 1 },
    },
    {
      inputs: [
        [2, 3],
        [1, 3],
        [4, 3],
      ],
      attrs: { axis: 0 },
    },
    {
      inputs: [
        [2, 0],
        [2, 3],
      ],
      attrs: { axis: 1 },
    },
    {
      inputs: [
        { shape: [3], dtype: 'int32' },
        { shape: [2], dtype: 'int32' },
      ],
      attrs: { axis: 0 },
    },
    {
      inputs: [
        { shape: [3], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      attrs: { axis: 0 },
    },
    {
      inputs: [
        [2, 2, 3],
        [2, 1, 3],
      ],
      attrs: { axis: 1 },
    },
  ],
};
