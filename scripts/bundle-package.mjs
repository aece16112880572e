// Run in a package's folder after its declarations were emitted: writes its modules as few files. What is imported with the
// package is one, each dynamic import brings another. Pages that load packages without a bundler make few requests, and
// bundlers do not cut what always loads together into small chunks.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const { dependencies, peerDependencies, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const packages = Object.keys({ ...dependencies, ...peerDependencies });
/** @type {string[]} */
const entries = Object.values(exports).map((entry) => entry['@nablajs/source']);

for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (/\.js(\.map)?$/.test(file)) rmSync(join('dist', file));
}

/** Modules that load with the package. */
const always = new Set();
const bundle = await rolldown({
  input: entries,
  platform: 'neutral',
  external: packages,
  plugins: [
    {
      name: 'what loads with the package',
      buildEnd() {
        /** @param {string} id */
        const visit = (id) => {
          if (always.has(id)) return;
          always.add(id);
          this.getModuleInfo(id)?.importedIds.forEach(visit);
        };
        visit(resolve('src/index.ts'));
      },
    },
  ],
});
await bundle.write({
  dir: 'dist',
  format: 'esm',
  sourcemap: true,
  chunkFileNames: '[name].js',
  codeSplitting: { groups: [{ name: 'core', test: (id) => always.has(id) }] },
});
await bundle.close();
