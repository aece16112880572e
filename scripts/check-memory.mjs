// 10,000 steps must leave a process as large as the first 2,000 did: under 20 MB more, and two traces of the step. On each
// backend that trains in Node.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundled } from './bundle.mjs';
import { ROOT } from './workspace.mjs';

const LIMIT = 20;
const BACKENDS = ['cpu', 'onnxruntime'];

// V8 doubles its nursery when it sees fit, by 16 MB at once and at any step: a size it keeps leaves what steps leave.
const FLAGS = ['--expose-gc', '--max-semi-space-size=2'];

/** @typedef {{ name: string, megabytes: number, buffers: [number, number] }} Measured */

await bundled('memory.mjs', (script) => {
  for (const backend of BACKENDS) {
    // Where the library of ONNX Runtime is looked for.
    const cwd = join(ROOT, 'packages/backend-onnxruntime');
    const { status, stdout, stderr } = spawnSync(process.execPath, [...FLAGS, script, backend], {
      cwd,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the script ended with ${status} on ${backend}:\n${stderr}`);
    const last = /** @type {string} */ (stdout.trim().split('\n').at(-1));
    /** @type {{ traces: number, measured: Measured[] }} */
    const { traces, measured } = JSON.parse(last);
    console.log(`${backend}: ${traces} traces of the training step`);
    if (traces !== 2) process.exitCode = 1;
    for (const { name, megabytes, buffers } of measured) {
      console.log(`  ${name}: ${megabytes.toFixed(1)} MB more, live buffers ${buffers.join(' -> ')}`);
      if (megabytes >= LIMIT) process.exitCode = 1;
    }
  }
});
