import type { Sample } from '../../op.ts';
import type { CastAttrs } from '../elementwise/cast.ts';

/** Calls that ops of cast.ts are tested with. */
export const castSamples: Readonly<Record<string, readonly Sample<CastAttrs>[]>> = {
  cast: [
    { inputs: [{ shape: [3, 4], range: [-3, 3] }], attrs: { dtype: 'int32' } },
    { inputs: [{ shape: [6], values: [0.9, -0.9, Number.NaN, 1e20, -1e20, -0] }], attrs: { dtype: 'int32' } },
    { inputs: [{ shape: [5], values: [0, -0, 0.25, Number.NaN, -3] }], attrs: { dtype: 'bool' } },
    { inputs: [{ shape: [2, 3], dtype: 'int32', range: [-9, 9] }], attrs: { dtype: 'float32' } },
    { inputs: [{ shape: [7], dtype: 'bool' }], attrs: { dtype: 'float32' } },
    { inputs: [{ shape: [7], dtype: 'bool' }], attrs: { dtype: 'int32' } },
    { inputs: [{ shape: [4], dtype: 'int32', range: [-1, 2] }], attrs: { dtype: 'bool' } },
    { inputs: [{ shape: [0] }], attrs: { dtype: 'int32' } },
  ],
};
