import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'nabla-exit-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('exit-program.ts', import.meta.url)),
    platform: 'node',
    logLevel: 'silent',
    resolve: { conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
  });
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: 'program.mjs', chunkFileNames: '[name].mjs' });
  await bundle.close();
});

// A process that does not end fails by its time limit.
test.each(['disposed', 'left alone', 'left while it computes'])(
  'a process ends when its threads are %s',
  async (how) => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'program.mjs'), how], {
      timeout: 50_000,
    });
    expect(stdout).toBe('shared\n');
  },
);
