// Kernels of the cpu backend alone. Their benchmarks lie beside them, for they need its inside.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { BenchOptions, Table } from '../frame/bench.ts';

/** Matrix products against the rate of the registers. */
export function kernelTables({ root }: BenchOptions): Table[] {
  const program = join(root, 'packages/backend-cpu/bench/run.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'gemm', '--json'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => tableOf(JSON.parse(line) as Race));
}

interface Race {
  readonly title: string;
  readonly rows: readonly {
    readonly name: string;
    readonly median: number;
    readonly best: number;
    readonly time: number;
  }[];
}

function tableOf({ title, rows }: Race): Table {
  return {
    title,
    columns: [
      { title: '' },
      { title: 'median', digits: 1 },
      { title: 'best', digits: 1 },
      { title: '% of the first', digits: 0 },
      { title: 'ms', digits: 3 },
    ],
    rows: rows.map(({ name, median, best, time }) => [name, median, best, (100 * median) / rows[0]!.median, time]),
  };
}
