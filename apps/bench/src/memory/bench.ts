// The most memory that a process holds which trains the CNN: everything in it, the runtime included. On Linux, which tells.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import type { Bench, Cell, Table } from '../frame/bench.ts';
import { startNetworks } from '../networks/torch.ts';

const STEPS = 200;

/** The benchmark. */
export const memory: Bench = {
  async run({ root, threads }): Promise<readonly Table[]> {
    const before = await startNetworks(root, threads);
    const torch: Cell[] = ['PyTorch', null, null];
    if (before) {
      torch[1] = await before.peak();
      await before.steps('cnn').run(STEPS);
      torch[2] = await before.peak();
      await before.close();
    }
    const [start, end] = await oursPeak(root, threads);
    return [
      {
        title: `Memory of a process that trains the CNN, batch 64, for ${STEPS} steps`,
        columns: [
          { title: '' },
          { title: 'MB before the first step', digits: 0 },
          { title: 'MB at the most', digits: 0 },
        ],
        rows: [['Nabla cpu', start, end], ...(before ? [torch] : [])],
      },
    ];
  },
};

async function oursPeak(root: string, threads: number): Promise<[number, number]> {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-memory-'));
  try {
    const bundle = await rolldown({
      input: join(root, 'apps/bench/src/memory/steps.ts'),
      platform: 'node',
      logLevel: 'silent',
      resolve: { conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
    });
    await bundle.write({ dir: folder, format: 'esm', entryFileNames: 'steps.mjs', chunkFileNames: '[name].mjs' });
    await bundle.close();
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(folder, 'steps.mjs'),
      `${threads}`,
      `${STEPS}`,
    ]);
    return JSON.parse(stdout) as [number, number];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
