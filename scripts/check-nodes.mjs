// The same seeded training on this Node and on Node 24: losses within 1e-5, and equal to the last bit in deterministic mode.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nabla-nodes-'));
const script = join(folder, 'curve.mjs');

/** @param {string[]} command @returns {{ node: string, loss: number[], weights: string }} */
function curve(command) {
  const [program, ...args] = command;
  const { status, stdout, stderr } = spawnSync(/** @type {string} */ (program), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stderr}`);
  return JSON.parse(/** @type {string} */ (stdout.trim().split('\n').at(-1)));
}

try {
  const bundle = await rolldown({
    input: join(here, 'curve.mjs'),
    platform: 'node',
    resolve: { conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
  });
  await bundle.write({ file: script, format: 'esm' });
  for (const mode of ['fast', 'deterministic']) {
    const mine = curve([process.execPath, script, mode]);
    const other = curve([process.execPath, join(here, 'node24.mjs'), script, mode]);
    const distance = Math.max(...mine.loss.map((loss, i) => Math.abs(loss - (other.loss[i] ?? Number.NaN))));
    const same = mine.weights === other.weights;
    console.log(
      `${mode}: ${mine.node} against ${other.node}: losses differ by at most ${distance}, weights ${same ? 'equal' : 'differ'}`,
    );
    if (!(distance <= (mode === 'fast' ? 1e-5 : 0)) || (mode === 'deterministic' && !same)) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
