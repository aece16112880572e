// A script of this folder and all it imports from the workspace's sources, as one file that any Node runs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

export const SCRIPTS = dirname(fileURLToPath(import.meta.url));

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
      resolve: { conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
    });
    await bundle.write({ file: join(folder, name), format: 'esm' });
    await bundle.close();
    use(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
