import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const folder = new URL('../..', import.meta.url);
const PROGRAM = `
  import { runnerImport } from 'vite';
  const { module } = await runnerImport('./test/backend/exit-program.ts', {
    root: process.cwd(), logLevel: 'error', resolve: { conditions: ['@nablajs/source', 'import', 'node', 'default'] },
  });
  await module.run(process.argv[1]);
`;

// A process that does not end fails by its time limit.
test.each(['disposed', 'left alone', 'left while it computes'])(
  'a process ends when its threads are %s',
  async (how) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM, how], {
      cwd: folder,
      timeout: 50_000,
    });
    expect(stdout).toBe('shared\n');
  },
);
