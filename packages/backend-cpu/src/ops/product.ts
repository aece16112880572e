import { planMatmul } from '../kernels/product/matmul.ts';
import type { KernelLowering } from './lowering.ts';

const matmul: KernelLowering = {
  kind: 'kernel',
  operands: ['a', 'b'],
  result: 'c',
  epilogue: true,
  plan: ({ attrs, specs: [a], spec, options, epilogue }) => {
    const [transposeA, transposeB] = [attrs['transposeA'] as boolean, attrs['transposeB'] as boolean];
    const [m, n] = spec.shape.slice(-2) as [number, number];
    const k = a!.shape.at(transposeA ? -2 : -1)!;
    const batch = spec.shape.slice(0, -2).reduce((product, size) => product * size, 1);
    return planMatmul({ batch, m, n, k, transposeA, transposeB }, options, epilogue);
  },
};

/** Rows of the table for sums of products. */
export const products: Readonly<Record<string, KernelLowering>> = { matmul };
