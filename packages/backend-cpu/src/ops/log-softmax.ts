import { sizeOf } from '@nablajs/tensor';
import { place } from '../kernels/kernel.ts';
import { fuseCrossEntropy } from '../plan/cross-entropy.ts';
import { single } from './axis.ts';
import type { Family } from './family.ts';
import { entropyLabels, entropyLabelsGradient, entropyRows, entropyRowsGradient } from './kernels/cross-entropy.ts';
import { logSoftmaxRows } from './kernels/log-softmax.ts';
import { type KernelLowering, kernelLowering } from './lowering.ts';
import { rowwise } from './softmax.ts';

/** The losses of scores, and what their gradient needs to know. */
function losses(kernel: typeof entropyRows): KernelLowering {
  return kernelLowering(['x', 't'], 'y', ({ specs: [x] }) => {
    const { rows, length, work } = rowsOf(x!.shape);
    const args = { x: place('x'), t: place('t'), y: place('y'), rows, row: length * 4 };
    return single(kernel, args, { extent: rows, workspace: 0, work });
  });
}

function gradients(kernel: typeof entropyRowsGradient): KernelLowering {
  return kernelLowering(['x', 't', 'y', 'g'], 'dx', ({ specs: [x] }) => {
    const { rows, length, work } = rowsOf(x!.shape);
    const places = { x: place('x'), t: place('t'), y: place('y'), g: place('g'), dx: place('dx') };
    return {
      ...single(kernel, { ...places, rows, row: length * 4 }, { extent: rows, workspace: 0, work }),
      inPlace: 'x',
    };
  });
}

function rowsOf(shape: readonly number[]): { readonly rows: number; readonly length: number; readonly work: number } {
  const size = sizeOf(shape);
  const length = shape.at(-1)!;
  return { rows: size / length, length, work: size * 20 };
}

/** The logarithm of softmax, and the cross-entropies that are made of it. */
export const logSoftmax: Family<'logSoftmax'> = {
  kernels: [logSoftmaxRows, entropyRows, entropyLabels, entropyRowsGradient, entropyLabelsGradient],
  rows: { logSoftmax: rowwise(logSoftmaxRows) },
  pass: (graph) =>
    fuseCrossEntropy(graph, {
      rows: { losses: losses(entropyRows), gradient: gradients(entropyRowsGradient) },
      labels: { losses: losses(entropyLabels), gradient: gradients(entropyLabelsGradient) },
    }),
};
