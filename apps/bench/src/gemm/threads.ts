// What a second thread brings, beside what it can bring: two processes of one thread each, at the same time, share nothing
// but the machine.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cpu } from '@nablajs/backend-cpu';
import type { BenchOptions, Cell, Table } from '../frame/bench.ts';
import { median, race } from '../frame/race.ts';
import { nablaProduct, operationsOf, titleOf } from './product.ts';

const SIZES = [512, 1024];
/** Time for a process to start and to warm up, and of its measurement. */
const START = 4000;
const LENGTH = 1500;

/** One thread and two, by the clock. */
export async function threadsTable({ root, full }: BenchOptions): Promise<Table> {
  const rows: Cell[][] = [];
  for (const size of SIZES) {
    const product = { m: size, n: size, k: size };
    const backends = [await cpu({ threads: 1 }), await cpu({ threads: 2 })];
    const contenders = backends.map((backend, i) => nablaProduct(`${i + 1}`, backend, product));
    const [one, two] = await race(contenders, { rounds: full ? 60 : 20, turn: 100 });
    for (const backend of backends) await backend.dispose();
    const gains: number[] = [];
    for (let round = 0; round < (full ? 5 : 2); round++) {
      const [alone] = await ratesOf(root, size, 1);
      const [first, second] = await ratesOf(root, size, 2);
      gains.push((first! + second!) / alone!);
    }
    const rate = (time: number): number => operationsOf(product) / time / 1e6;
    rows.push([titleOf(product), rate(one!.median), rate(two!.median), 1 / two!.ratio, median(gains)]);
  }
  return {
    title: 'A second thread',
    columns: [
      { title: '' },
      { title: 'one thread, GFLOP/s', digits: 1 },
      { title: 'two threads', digits: 1 },
      { title: 'times as fast', digits: 2 },
      { title: 'two processes, times as fast as one', digits: 2 },
    ],
    rows,
    notes: [
      'By the clock: other work on the machine counts. No two threads can beat two processes that share nothing.',
    ],
  };
}

/** Products per second of so many processes at the same time. */
async function ratesOf(root: string, size: number, processes: number): Promise<number[]> {
  const program = join(root, 'packages/backend-cpu/bench/run.mjs');
  const start = Date.now() + START;
  return Promise.all(
    Array.from(
      { length: processes },
      () =>
        new Promise<number>((resolve, reject) => {
          const child = spawn(process.execPath, [
            program,
            'alone',
            `--size=${size}`,
            `--start=${start}`,
            `--length=${LENGTH}`,
          ]);
          let answer = '';
          child.stdout.on('data', (data: Buffer) => {
            answer += data.toString();
          });
          child.on('close', (status) => {
            if (status === 0) resolve(Number(answer));
            else reject(new Error(`${program} alone ended with ${status}`));
          });
        }),
    ),
  );
}
