import { sizeOf } from '@nablajs/tensor';
import { place } from '../kernels/kernel.ts';
import { fuseMoments } from '../plan/moments.ts';
import { around, single } from './axis.ts';
import type { Family } from './family.ts';
import { MOMENTS_STRIP, moments } from './kernels/moments.ts';
import { type KernelLowering, kernelLowering } from './lowering.ts';

/** Rows after which a strip of columns hands over to the next: what the next one reads is being fetched by then. */
const CHUNK = 32;

const columnMoments: KernelLowering = kernelLowering(['x'], 'y', ({ specs: [x] }) => {
  const { outer: rows, length } = around(x!.shape, x!.shape.length - 1);
  const chunk = Math.max(CHUNK, Math.ceil(Math.sqrt(rows) / 4));
  const args = { x: place('x'), y: place('y'), rows, row: length * 4, chunk };
  return single(moments, args, { extent: Math.ceil(length / MOMENTS_STRIP), workspace: 0, work: 2 * sizeOf(x!.shape) });
});

/** Means and variances over all axes but the last, which batch normalisation makes of sums. */
export const normalization: Family<never> = {
  rows: {},
  kernels: [moments],
  pass: (graph) => fuseMoments(graph, columnMoments),
};
