import { type Attrs, type Shape, type Spec, sizeOf } from '@nablajs/tensor';
import type { Kernel, KernelPlan } from '../kernels/index.ts';
import { kernelCall, place } from '../kernels/kernel.ts';
import { argsort, argsortWorkspace, cumsumFloats, cumsumIntegers, extremes } from './kernels/lanes.ts';
import { philox } from './kernels/philox.ts';
import { gatherRows, scatterFloats, scatterIntegers } from './kernels/rows.ts';
import { logSoftmaxRows, softmaxRows } from './kernels/softmax.ts';
import type { KernelLowering } from './lowering.ts';

/** How a shape looks from one of its axes. */
function around(
  shape: Shape,
  axis: number,
): { readonly outer: number; readonly length: number; readonly inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), length: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}

function single(...call: Parameters<typeof kernelCall>): KernelPlan {
  return { calls: [kernelCall(...call)], shared: 0 };
}

const numeric = (attrs: Attrs, name: string): number => Number(attrs[name]);

function softmaxOf(kernel: Kernel): KernelLowering {
  return {
    kind: 'kernel',
    operands: ['x'],
    result: 'y',
    supports: (attrs, [x]) => attrs['axis'] === x!.shape.length - 1 || 'only along the last axis',
    plan: ({ specs: [x] }) => {
      const { outer, length } = around(x!.shape, x!.shape.length - 1);
      const args = { x: place('x'), y: place('y'), row: length * 4 };
      return single(kernel, args, { extent: outer, workspace: 0, work: outer * length * 20 });
    },
  };
}

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
    return single(kernel, args, { extent: outer, workspace: 0, work: outer * (count + length) * inner });
  },
};

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

const randomBits: KernelLowering = {
  kind: 'kernel',
  operands: ['key'],
  result: 'y',
  plan: ({ attrs, spec }) => {
    const size = sizeOf(spec.shape);
    const args = { key: place('key'), draw: numeric(attrs, 'offset'), y: place('y') };
    return single(philox, args, { extent: Math.ceil(size / 16), workspace: 0, work: size * 4 });
  },
};

/** Kernels that only these rows use. */
export const ALONG_KERNELS: readonly Kernel[] = [
  ...[philox, gatherRows, scatterFloats, scatterIntegers, cumsumFloats, cumsumIntegers],
  ...[extremes, argsort, softmaxRows, logSoftmaxRows],
];

/** Rows of the table for ops that look along an axis, or draw numbers. */
export const along: Readonly<Record<string, KernelLowering>> = {
  softmax: softmaxOf(softmaxRows),
  logSoftmax: softmaxOf(logSoftmaxRows),
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
  gather,
  scatterAdd,
  cumsum,
  randomBits,
};
