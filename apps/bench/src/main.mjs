// npm run bench [-- name ...]. Bundled from the sources first: what users run is bundled or built too, and the gradients of
// tfjs-core are in ES modules that Node alone cannot resolve.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const folder = dirname(fileURLToPath(import.meta.url));
const bundle = await rolldown({
  input: join(folder, 'cli.ts'),
  platform: 'node',
  logLevel: 'silent',
  // Native code stays where it was installed.
  external: ['koffi', 'onnxruntime-node', 'playwright', 'rolldown'],
  resolve: { mainFields: ['module', 'main'], conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
});
const output = join(folder, '../dist');
await bundle.write({ dir: output, format: 'esm', cleanDir: true });
await bundle.close();
const { main } = await import(pathToFileURL(join(output, 'cli.js')).href);
process.exitCode = await main(process.argv.slice(2), join(folder, '../../..'));
