// Matrix products: kernels alone, the whole backend beside OpenBLAS, one thread beside two.
import type { Bench, Table } from '../frame/bench.ts';
import { blasTable } from './blas.ts';
import { kernelTables } from './kernels.ts';
import { threadsTable } from './threads.ts';

/** The benchmark. */
export const gemm: Bench = {
  async run(options): Promise<readonly Table[]> {
    return [...kernelTables(options), await blasTable(options), await threadsTable(options)];
  },
};
