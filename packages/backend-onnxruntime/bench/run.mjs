// node packages/backend-onnxruntime/bench/run.mjs [--options]: bundles the benchmark from the sources and runs it.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const folder = dirname(fileURLToPath(import.meta.url));
const bundle = await rolldown({
  input: join(folder, 'card.ts'),
  platform: 'node',
  logLevel: 'silent',
  // Native code stays where it was installed; tests are not run.
  external: ['koffi', 'onnxruntime-node', 'vitest'],
  resolve: { conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
});
const output = join(folder, '../node_modules/.bench');
await bundle.write({ dir: output, format: 'esm', cleanDir: true });
await bundle.close();
const { main } = await import(pathToFileURL(join(output, 'card.js')).href);
process.exitCode = await main(process.argv.slice(2), join(folder, '../../..'));
