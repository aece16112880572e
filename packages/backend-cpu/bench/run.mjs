// node packages/backend-cpu/bench/run.mjs [gemm] [conv] ... [--json]: bundles the TypeScript sources first, no build needed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const folder = dirname(fileURLToPath(import.meta.url));
const output = mkdtempSync(join(tmpdir(), 'nabla-bench-'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
try {
  for (const name of wanted.length > 0 ? wanted : ['gemm', 'conv', 'memory']) {
    const bundle = await rolldown({
      input: join(folder, `${name}.ts`),
      platform: 'node',
      logLevel: 'silent',
      resolve: { conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
    });
    await bundle.write({ dir: output, format: 'esm' });
    await bundle.close();
    const { run } = await import(pathToFileURL(join(output, `${name}.js`)).href);
    await run();
  }
} finally {
  rmSync(output, { recursive: true });
}
