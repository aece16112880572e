import { gemm, gemmBatch } from '../kernels/product/gemm.ts';
import { fuseEpilogues } from '../plan/epilogue.ts';
import { elementwise } from './elementwise.ts';
import type { Family } from './family.ts';
import { folds } from './fold.ts';
import { products } from './product.ts';
import { shape } from './shape.ts';
import { softmax } from './softmax.ts';

/** What hardly any graph does without. */
export const base: Family = {
  rows: { ...elementwise, ...folds, ...shape, ...products, ...softmax.rows },
  kernels: [gemm, gemmBatch, ...softmax.kernels],
  later: {
    dot: async () => (await import('../kernels/product/dot.ts')).dot,
    row: async () => (await import('../kernels/product/row.ts')).row,
  },
  pass: fuseEpilogues,
};
