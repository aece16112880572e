// What a package must be to be published: clean for publint and attw, with no unused files, exports or dependencies.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf, packAll } from './pack.mjs';
import { ROOT } from './workspace.mjs';

const folder = mkdtempSync(join(tmpdir(), 'nabla-hygiene-'));
let failures = 0;

/** @param {string} subject @param {string | undefined} failure */
function report(subject, failure) {
  if (failure === undefined) return;
  failures++;
  console.error(`${subject}\n${failure}\n`);
}

try {
  const packages = await packAll(folder);
  for (const { id, tarball, manifest } of packages) {
    const [publint, attw] = await Promise.all([
      failureOf('publint', ['run', tarball, '--strict'], ROOT),
      // attw reads entry points; a package that is only a command has none.
      'exports' in manifest ? failureOf('attw', [tarball, '--profile', 'esm-only', '--no-color'], ROOT) : undefined,
    ]);
    report(`publint ${id}`, publint);
    report(`attw ${id}`, attw);
  }
  report('knip', await failureOf('knip', ['--no-progress', '--no-config-hints'], ROOT));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? 'hygiene: publint, attw and knip are clean' : `hygiene: ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
