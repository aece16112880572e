import type { Sample } from '../../op.ts';
import type { SoftmaxAttrs } from '../softmax.ts';

const SAMPLES: readonly Sample<SoftmaxAttrs>[] = [
  { inputs: [[3, 5]], attrs: { axis: 1 } },
  { inputs: [[3, 5]], attrs: { axis: 0 } },
  { inputs: [[2, 3, 7]], attrs: { axis: 1 } },
  { inputs: [[5, 33]], attrs: { axis: 1 } },
  { inputs: [[4]], attrs: { axis: 0 } },
  { inputs: [[0, 3]], attrs: { axis: 1 } },
  {
    inputs: [{ shape: [2, 3], values: [1000, 999, -1000, -5, 0, 88] }],
    attrs: { axis: 1 },
    gradient: false,
    note: 'no overflow',
  },
];

/** Calls that ops of softmax.ts are tested with. */
export const softmaxSamples: Readonly<Record<string, readonly Sample<SoftmaxAttrs>[]>> = {
  softmax: SAMPLES,
  logSoftmax: SAMPLES,
};
