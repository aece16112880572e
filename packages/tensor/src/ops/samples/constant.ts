import type { Sample } from '../../op.ts';
import type { FullAttrs, IotaAttrs } from '../constant.ts';

/** Calls that ops of constant.ts are tested with. */
export const constantSamples: {
  readonly full: readonly Sample<FullAttrs>[];
  readonly iota: readonly Sample<IotaAttrs>[];
} = {
  full: [
    { inputs: [], attrs: { value: 1.5, shape: [2, 3], dtype: 'float32' } },
    { inputs: [], attrs: { value: -7, shape: [], dtype: 'int32' } },
    { inputs: [], attrs: { value: 1, shape: [5], dtype: 'bool' } },
    { inputs: [], attrs: { value: Number.POSITIVE_INFINITY, shape: [3], dtype: 'float32' } },
    { inputs: [], attrs: { value: 3, shape: [0, 2], dtype: 'float32' } },
  ],
  iota: [
    { inputs: [], attrs: { shape: [7], axis: 0, dtype: 'int32' } },
    { inputs: [], attrs: { shape: [3, 5, 2], axis: 1, dtype: 'float32' } },
    { inputs: [], attrs: { shape: [4, 0], axis: 0, dtype: 'int32' } },
  ],
};
