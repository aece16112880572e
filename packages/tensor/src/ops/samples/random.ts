import type { Sample } from '../../op.ts';
import type { RandomBitsAttrs } from '../random.ts';

/** Calls that ops of random.ts are tested with. */
export const randomSamples: Readonly<Record<string, readonly Sample<RandomBitsAttrs>[]>> = {
  randomBits: [
    { inputs: [{ shape: [2], dtype: 'int32', values: [0, 0] }], attrs: { shape: [16], offset: 0 } },
    { inputs: [{ shape: [2], dtype: 'int32', values: [42, 7] }], attrs: { shape: [3, 5], offset: 3 } },
    { inputs: [{ shape: [2], dtype: 'int32', values: [-1, 2147483647] }], attrs: { shape: [1001], offset: 1 } },
    { inputs: [{ shape: [2], dtype: 'int32', values: [1, 2] }], attrs: { shape: [0], offset: 0 } },
  ],
};
