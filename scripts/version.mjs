// Applies the pending changesets. All packages move together, so a peer range needs no bump of its own; changesets
// would answer every minor release of tensor with a major one of all that name it as a peer.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishablePackages, ROOT } from './workspace.mjs';

/** @param {string} dir @param {(manifest: any) => void} change */
function edit(dir, change) {
  const file = join(dir, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  change(manifest);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

const packages = publishablePackages().filter(({ manifest }) => manifest.peerDependencies);
for (const { dir } of packages) {
  edit(dir, (manifest) => {
    manifest.peerDependencies = {};
  });
}
const result = spawnSync('changeset', ['version'], { cwd: ROOT, stdio: 'inherit' });
for (const { dir, manifest } of packages) {
  edit(dir, (changed) => {
    changed.peerDependencies = manifest.peerDependencies;
  });
}
spawnSync('biome', ['format', '--write', ...packages.map(({ dir }) => join(dir, 'package.json'))], {
  stdio: 'inherit',
});
process.exit(result.status ?? 1);
