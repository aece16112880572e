// The same seeded training on this Node and on Node 24: losses within 1e-5, and equal to the last bit in deterministic mode.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundled, SCRIPTS } from './bundle.mjs';

/** @param {string[]} command @returns {{ node: string, loss: number[], weights: string }} */
function curve(command) {
  const [program, ...args] = command;
  const { status, stdout, stderr } = spawnSync(/** @type {string} */ (program), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stderr}`);
  return JSON.parse(/** @type {string} */ (stdout.trim().split('\n').at(-1)));
}

await bundled('curve.mjs', (script) => {
  for (const mode of ['fast', 'deterministic']) {
    const mine = curve([process.execPath, script, mode]);
    const other = curve([process.execPath, join(SCRIPTS, 'node24.mjs'), script, mode]);
    const distance = Math.max(...mine.loss.map((loss, i) => Math.abs(loss - (other.loss[i] ?? Number.NaN))));
    const same = mine.weights === other.weights;
    console.log(
      `${mode}: ${mine.node} against ${other.node}: losses differ by at most ${distance}, weights ${same ? 'equal' : 'differ'}`,
    );
    if (!(distance <= (mode === 'fast' ? 1e-5 : 0)) || (mode === 'deterministic' && !same)) process.exitCode = 1;
  }
});
