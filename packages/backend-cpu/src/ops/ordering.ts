import { type Attrs, type Spec, sizeOf } from '@nablajs/tensor';
import { type Kernel, place } from '../kernels/kernel.ts';
import { around, numeric, single } from './axis.ts';
import type { Family } from './family.ts';
import { extremes } from './kernels/extremes.ts';
import { argsort, argsortWorkspace, cumsumFloats, cumsumIntegers } from './kernels/lanes.ts';
import type { KernelLowering } from './lowering.ts';

function order(
  kernel: Kernel,
  descending: (attrs: Attrs) => boolean,
  workspace: (length: number) => number,
): KernelLowering {
  return {
    kind: 'kernel',
    operands: ['x'],
    result: 'y',
    plan: ({ attrs, specs: [x] }) => {
      const { outer, length, inner } = around(x!.shape, numeric(attrs, 'axis'));
      const flags = { descending: Number(descending(attrs)), floats: Number(x!.dtype === 'float32') };
      const args = { x: place('x'), y: place('y'), length, inner, ...flags };
      return single(kernel, args, {
        extent: outer * inner,
        workspace: workspace(length),
        work: outer * inner * length * Math.ceil(Math.log2(length + 1)),
      });
    },
  };
}

const cumsum: KernelLowering = {
  kind: 'kernel',
  operands: ['x'],
  result: 'y',
  plan: ({ attrs, specs: [x] }: { attrs: Attrs; specs: readonly Spec[] }) => {
    const { outer, length, inner } = around(x!.shape, numeric(attrs, 'axis'));
    const flags = { exclusive: numeric(attrs, 'exclusive'), reverse: numeric(attrs, 'reverse') };
    const kernel = x!.dtype === 'float32' ? cumsumFloats : cumsumIntegers;
    const args = { x: place('x'), y: place('y'), length, inner, ...flags };
    return single(kernel, args, { extent: outer * inner, workspace: 0, work: sizeOf(x!.shape) });
  },
};

/** Where elements stand along an axis, and what lies before them. */
export const ordering: Family<'argMax' | 'argMin' | 'argsort' | 'cumsum'> = {
  kernels: [extremes, argsort, cumsumFloats, cumsumIntegers],
  rows: {
    argMax: order(
      extremes,
      () => false,
      () => 0,
    ),
    argMin: order(
      extremes,
      () => true,
      () => 0,
    ),
    argsort: order(argsort, (attrs) => attrs['descending'] === true, argsortWorkspace),
    cumsum,
  },
};
