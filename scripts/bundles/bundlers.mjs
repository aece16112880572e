// A program made ready for a page: by each bundler with its own defaults for production, or by none.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { rolldown } from 'rolldown';
import { build } from 'vite';
import { publishablePackages } from '../workspace.mjs';

/** @param {string} head @param {string} src */
const page = (head, src) =>
  `<!doctype html><meta charset="utf-8"><title>program</title><link rel="icon" href="data:,">${head}<script type="module" src="${src}"></script>\n`;

/** An import map for the packages as they lie in the workspace. */
function importMap() {
  const imports = Object.fromEntries(
    publishablePackages().flatMap(({ id, manifest: { name, exports = {} } }) =>
      Object.entries(exports).map(([entry, { default: file }]) => [join(name, entry), `/${join(id, file)}`]),
    ),
  );
  return `<script type="importmap">${JSON.stringify({ imports })}</script>`;
}

/**
 * Each takes the folder that holds `main.js`, and leaves there what a page loads; the path of the page, from that folder.
 * @type {Readonly<Record<string, (folder: string) => Promise<string>>>}
 */
export const BUNDLERS = {
  async vite(folder) {
    writeFileSync(join(folder, 'index.html'), page('', './main.js'));
    await build({ root: folder, base: './', configFile: false, logLevel: 'silent', build: { outDir: 'vite' } });
    return 'vite/index.html';
  },
  async esbuild(folder) {
    await esbuild.build({
      entryPoints: [join(folder, 'main.js')],
      outdir: join(folder, 'esbuild'),
      ...{ bundle: true, splitting: true, format: 'esm', minify: true, logLevel: 'silent' },
    });
    writeFileSync(join(folder, 'esbuild/index.html'), page('', './main.js'));
    return 'esbuild/index.html';
  },
  async rolldown(folder) {
    const bundle = await rolldown({ input: join(folder, 'main.js'), platform: 'browser', logLevel: 'silent' });
    await bundle.write({ dir: join(folder, 'rolldown'), format: 'esm', minify: true });
    await bundle.close();
    writeFileSync(join(folder, 'rolldown/index.html'), page('', './main.js'));
    return 'rolldown/index.html';
  },
  async none(folder) {
    mkdirSync(join(folder, 'none'));
    writeFileSync(join(folder, 'none/main.js'), readFileSync(join(folder, 'main.js')));
    writeFileSync(join(folder, 'none/index.html'), page(importMap(), './main.js'));
    return 'none/index.html';
  },
};
