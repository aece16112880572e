// A script of this folder and all it imports from the workspace's sources, bundled so that any Node runs it.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

export const SCRIPTS = dirname(fileURLToPath(import.meta.url));

/** Native code stays where it was installed, by its path: it cannot be found from a temporary folder. */
const native = {
  name: 'native',
  /** @param {string} id @param {string | undefined} importer */
  resolveId: (id, importer) =>
    id === 'koffi' && importer
      ? { id: pathToFileURL(createRequire(importer).resolve(id)).href, external: /** @type {const} */ (true) }
      : null,
};

/**
 * Bundles a script into a temporary folder, hands its path to `use`, and removes it again.
 * @param {string} name
 * @param {(script: string) => void} use
 */
export async function bundled(name, use) {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-script-'));
  try {
    const bundle = await rolldown({
      input: join(SCRIPTS, name),
      platform: 'node',
      plugins: [native],
      resolve: { conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
    });
    await bundle.write({ dir: folder, entryFileNames: '[name].mjs', format: 'esm' });
    await bundle.close();
    use(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
