import type { Sample } from '../../op.ts';
import type { GatherAttrs, ScatterAddAttrs } from '../gather.ts';

/** Calls that ops of gather.ts are tested with. */
export const gatherSamples: {
  readonly gather: readonly Sample<GatherAttrs>[];
  readonly scatterAdd: readonly Sample<ScatterAddAttrs>[];
} = {
  gather: [
    { inputs: [[5, 3], { shape: [4], dtype: 'int32', values: [2, 0, 2, 4] }], attrs: { axis: 0 } },
    { inputs: [[2, 6, 3], { shape: [5], dtype: 'int32', values: [5, 5, 1, 0, 5] }], attrs: { axis: 1 } },
    { inputs: [[3, 4], { shape: [2], dtype: 'int32', values: [3, 1] }], attrs: { axis: 1 } },
    {
      inputs: [[4], { shape: [5], dtype: 'int32', values: [-1, 0, 4, 3, 100] }],
      attrs: { axis: 0 },
      note: 'out of range',
    },
    {
      inputs: [
        { shape: [6], dtype: 'int32' },
        { shape: [3], dtype: 'int32', values: [1, 1, 5] },
      ],
      attrs: { axis: 0 },
    },
    {
      inputs: [
        { shape: [2, 3], dtype: 'bool' },
        { shape: [4], dtype: 'int32', values: [2, 0, 0, 1] },
      ],
      attrs: { axis: 1 },
    },
    { inputs: [[50, 33], { shape: [37], dtype: 'int32', range: [0, 49] }], attrs: { axis: 0 } },
    { inputs: [[5, 3], { shape: [0], dtype: 'int32' }], attrs: { axis: 0 }, note: 'no indices' },
    { inputs: [[0, 3], { shape: [2], dtype: 'int32', values: [0, 1] }], attrs: { axis: 0 }, note: 'no rows' },
  ],
  scatterAdd: [
    { inputs: [{ shape: [4], dtype: 'int32', values: [2, 0, 2, 4] }, [4, 3]], attrs: { axis: 0, size: 5 } },
    { inputs: [{ shape: [5], dtype: 'int32', values: [5, 5, 1, 0, 5] }, [2, 5, 3]], attrs: { axis: 1, size: 6 } },
    { inputs: [{ shape: [2], dtype: 'int32', values: [3, 1] }, [3, 2]], attrs: { axis: 1, size: 4 } },
    {
      inputs: [{ shape: [4], dtype: 'int32', values: [-1, 0, 3, 100] }, [4]],
      attrs: { axis: 0, size: 3 },
      note: 'out of range',
    },
    {
      inputs: [
        { shape: [3], dtype: 'int32', values: [1, 1, 0] },
        { shape: [3], dtype: 'int32' },
      ],
      attrs: { axis: 0, size: 3 },
    },
    { inputs: [{ shape: [67], dtype: 'int32', range: [0, 9] }, [67, 19]], attrs: { axis: 0, size: 10 } },
    { inputs: [{ shape: [0], dtype: 'int32' }, [0, 3]], attrs: { axis: 0, size: 2 }, note: 'no updates' },
  ],
};
