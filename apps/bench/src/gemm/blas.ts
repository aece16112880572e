// The products of dense layers beside OpenBLAS, through numpy: as it comes, and held to AVX2, whose 256 bits are the widest
// that WebAssembly reaches.
import { join } from 'node:path';
import { cpu } from '@nablajs/backend-cpu';
import type { BenchOptions, Cell, Table } from '../frame/bench.ts';
import { type Contender, race } from '../frame/race.ts';
import { type PythonProgram, pythonWith, startPython } from '../peers/python.ts';
import { nablaProduct, operationsOf, type Product, titleOf } from './product.ts';

const PRODUCTS: readonly Product[] = [
  { m: 512, n: 512, k: 512 },
  { m: 1024, n: 1024, k: 1024 },
  { m: 128, n: 512, k: 784 },
];

/** Rates of one product after the other. */
export async function blasTable({ root, threads, full }: BenchOptions): Promise<Table> {
  const backend = await cpu({ threads, turbo: true });
  const python = pythonWith('numpy');
  const start = (environment: Readonly<Record<string, string>>): PythonProgram =>
    startPython(python!, join(root, 'apps/bench/src/gemm/blas.py'), threads, environment);
  const programs = python === null ? [] : [start({}), start({ OPENBLAS_CORETYPE: 'Haswell' })];
  const cores = await Promise.all(programs.map((program) => program.ask<string>({ command: 'core' })));
  const rows: Cell[][] = [];
  for (const product of PRODUCTS) {
    const contenders: Contender[] = [
      nablaProduct(`Nabla cpu, ${backend.info.wideVectors ? 256 : 128} bits`, backend, product),
    ];
    for (const [i, program] of programs.entries()) {
      await program.ask({ command: 'product', ...product });
      contenders.push({ name: cores[i]!, run: (times) => program.ask({ command: 'run', times }) });
    }
    const times = await race(contenders, { rounds: full ? 60 : 20, turn: 60, processor: threads === 1 });
    for (const [i, { name }] of contenders.entries()) {
      const { median, ratio } = times[i]!;
      rows.push([titleOf(product), name, operationsOf(product) / median / 1e6, median, 100 * ratio]);
    }
  }
  await Promise.all(programs.map((program) => program.close()));
  await backend.dispose();
  return {
    title: `Beside OpenBLAS, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
    columns: [
      { title: '' },
      { title: '' },
      { title: 'GFLOP/s', digits: 1 },
      { title: 'ms', digits: 3 },
      { title: 'speed of Nabla, % of it', digits: 0 },
    ],
    rows,
    notes:
      python === null
        ? ['OpenBLAS: no python3 with numpy was found.']
        : [
            'OpenBLAS as numpy finds it, then with OPENBLAS_CORETYPE=Haswell: AVX2, the widest that WebAssembly reaches.',
          ],
  };
}
