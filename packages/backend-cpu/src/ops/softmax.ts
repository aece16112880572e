import { type Kernel, place } from '../kernels/kernel.ts';
import { around, single } from './axis.ts';
import type { Family } from './family.ts';
import { softmaxRows } from './kernels/softmax.ts';
import type { KernelLowering } from './lowering.ts';

/** Rows are along the last axis. */
export const alongLastAxis: NonNullable<KernelLowering['supports']> = (attrs, [x]) =>
  attrs['axis'] === x!.shape.length - 1 || 'only along the last axis';

/** A kernel for each row. */
export function rowwise(kernel: Kernel): KernelLowering {
  return {
    kind: 'kernel',
    operands: ['x'],
    result: 'y',
    supports: alongLastAxis,
    plan: ({ specs: [x] }) => {
      const { outer, length } = around(x!.shape, x!.shape.length - 1);
      const args = { x: place('x'), y: place('y'), row: length * 4 };
      return { ...single(kernel, args, { extent: outer, workspace: 0, work: outer * length * 20 }), inPlace: 'x' };
    },
  };
}

/** Softmax. */
export const softmax: Family<'softmax'> = { kernels: [softmaxRows], rows: { softmax: rowwise(softmaxRows) } };
