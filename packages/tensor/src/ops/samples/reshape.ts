import type { Sample } from '../../op.ts';
import type { ReshapeAttrs } from '../shape/reshape.ts';

/** Calls that ops of reshape.ts are tested with. */
export const reshapeSamples: Readonly<Record<string, readonly Sample<ReshapeAttrs>[]>> = {
  reshape: [
    { inputs: [[3, 4]], attrs: { shape: [2, 6] } },
    { inputs: [[12]], attrs: { shape: [2, 1, 6] } },
    { inputs: [[1, 1]], attrs: { shape: [] } },
    { inputs: [{ shape: [6], dtype: 'int32' }], attrs: { shape: [3, 2] } },
    { inputs: [{ shape: [6], dtype: 'bool' }], attrs: { shape: [3, 2] } },
    { inputs: [[0, 4]], attrs: { shape: [2, 0] } },
  ],
};
