// Run in a package's folder after its declarations were emitted: writes its modules as few files. What is imported with the
// package is one, each dynamic import brings another. Pages that load packages without a bundler make few requests, and
// bundlers do not cut what always loads together into small chunks.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const { dependencies, peerDependencies, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const packages = Object.keys({ ...dependencies, ...peerDependencies });
/** @type {string[]} */
const entries = Object.values(exports).map((entry) => entry['@nablajs/source']);

for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (/\.js(\.map)?$/.test(file)) rmSync(join('dist', file));
}

/** @param {import('rolldown').InputOptions} options */
const open = (options) => rolldown({ input: entries, platform: 'neutral', external: packages, ...options });

/** Modules of which something loads with the package, whatever is imported dynamically later. */
async function loadedAtOnce() {
  const bundle = await open({
    input: 'src/index.ts',
    plugins: [{ name: 'nothing later', resolveDynamicImport: (id) => ({ id: String(id), external: true }) }],
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  return new Set(output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : [])));
}

const always = await loadedAtOnce();
const bundle = await open({});
await bundle.write({
  dir: 'dist',
  format: 'esm',
  sourcemap: true,
  chunkFileNames: '[name].js',
  codeSplitting: { groups: [{ name: 'core', test: (id) => always.has(id) }] },
});
await bundle.close();
