import type { Sample } from '../../op.ts';
import type { BroadcastToAttrs } from '../shape/expand.ts';

/** Calls that ops of expand.ts are tested with. */
export const expandSamples: Readonly<Record<string, readonly Sample<BroadcastToAttrs>[]>> = {
  broadcastTo: [
    { inputs: [[1, 5]], attrs: { shape: [3, 5] } },
    { inputs: [[3, 1]], attrs: { shape: [2, 3, 4] } },
    { inputs: [[]], attrs: { shape: [2, 3] } },
    { inputs: [{ shape: [3], dtype: 'int32' }], attrs: { shape: [2, 3] } },
    { inputs: [{ shape: [1], dtype: 'bool' }], attrs: { shape: [5] } },
    { inputs: [[1, 2]], attrs: { shape: [0, 2] } },
  ],
};
