import type { Family } from './family.ts';
import { logSoftmaxRows } from './kernels/log-softmax.ts';
import { rowwise } from './softmax.ts';

/** The logarithm of softmax. */
export const logSoftmax: Family<'logSoftmax'> = {
  kernels: [logSoftmaxRows],
  rows: { logSoftmax: rowwise(logSoftmaxRows) },
};
