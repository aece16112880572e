// Run in a package's folder after its declarations were emitted: writes its modules as few files. What is imported with the
// package is one, each dynamic import brings another. Pages that load packages without a bundler make few requests, and
// bundlers do not cut what always loads together into small chunks.
//
// Programs may use less than a package: `base=src/spec.ts,src/errors.ts` keeps what these modules load in a file of its own,
// since bundlers keep a file in one piece, with all that any part of a program uses of it.

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

/**
 * Modules of which something loads with these, whatever is imported dynamically later.
 * @param {string[]} input
 */
async function loadedWith(input) {
  const bundle = await open({
    input,
    plugins: [{ name: 'nothing later', resolveDynamicImport: (id) => ({ id: String(id), external: true }) }],
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  return new Set(output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : [])));
}

const parts = [...process.argv.slice(2), `${process.argv.length > 2 ? 'more' : 'core'}=src/index.ts`].map((part) =>
  part.split('='),
);
const groups = await Promise.all(
  parts.map(async ([name = '', modules = '']) => ({ name, files: await loadedWith(modules.split(',')) })),
);
const bundle = await open({});
await bundle.write({
  dir: 'dist',
  format: 'esm',
  sourcemap: true,
  chunkFileNames: '[name].js',
  codeSplitting: {
    groups: groups.map(({ files, name }, i) => ({ name, test: (id) => files.has(id), priority: groups.length - i })),
  },
});
await bundle.close();
