import { place } from '../kernels/kernel.ts';
import { around, numeric, single } from './axis.ts';
import type { Family } from './family.ts';
import { gatherRows, scatterFloats, scatterIntegers } from './kernels/rows.ts';
import type { KernelLowering } from './lowering.ts';

const gather: KernelLowering = {
  kind: 'kernel',
  operands: ['x', 'indices'],
  result: 'y',
  plan: ({ attrs, specs: [x, indices] }) => {
    const { outer, length, inner } = around(x!.shape, numeric(attrs, 'axis'));
    const count = indices!.shape[0]!;
    const args = { x: place('x'), indices: place('indices'), y: place('y'), size: length, count, row: inner * 4 };
    return single(gatherRows, args, { extent: outer * count, workspace: 0, work: outer * count * inner });
  },
};

const scatterAdd: KernelLowering = {
  kind: 'kernel',
  operands: ['indices', 'x'],
  result: 'y',
  plan: ({ attrs, specs: [indices, updates], spec }) => {
    const { outer, length, inner } = around(spec.shape, numeric(attrs, 'axis'));
    const count = indices!.shape[0]!;
    const args = { x: place('x'), indices: place('indices'), y: place('y'), size: length, count, row: inner * 4 };
    const kernel = updates!.dtype === 'float32' ? scatterFloats : scatterIntegers;
    return single(kernel, args, {
      extent: outer * length,
      workspace: 0,
      work: outer * (count + length) * inner,
    });
  },
};

/** Rows by their numbers. */
export const indexing: Family<'gather' | 'scatterAdd'> = {
  kernels: [gatherRows, scatterFloats, scatterIntegers],
  rows: { gather, scatterAdd },
};
