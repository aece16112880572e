// 10,000 steps must leave a process as large as the first 500 did: under 20 MB more, and two traces of the step.
import { spawnSync } from 'node:child_process';
import { bundled } from './bundle.mjs';

const LIMIT = 20;

await bundled('memory.mjs', (script) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the script ended with ${status}:\n${stderr}`);
  /** @type {{ traces: number, measured: { name: string, megabytes: number, buffers: [number, number] }[] }} */
  const { traces, measured } = JSON.parse(/** @type {string} */ (stdout.trim().split('\n').at(-1)));
  console.log(`traces of the training step: ${traces}`);
  for (const { name, megabytes, buffers } of measured) {
    console.log(`${name}: ${megabytes.toFixed(1)} MB more, live buffers ${buffers.join(' -> ')}`);
    if (megabytes >= LIMIT) process.exitCode = 1;
  }
  if (traces !== 2) process.exitCode = 1;
});
