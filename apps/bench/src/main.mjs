// npm run bench [-- name ...]: ratios measured side by side in one run. Bundled from the sources first, because the
// gradients of tfjs-core are in ES modules that Node alone cannot resolve.
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const folder = dirname(fileURLToPath(import.meta.url));
const known = ['gemm', 'mnist-step'];
const wanted = process.argv.slice(2);
const odd = wanted.find((name) => !known.includes(name));
if (odd) {
  console.error(`There is no benchmark '${odd}'. Known: ${known.join(', ')}.`);
  process.exit(2);
}

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model.trim()}`);
const names = wanted.length > 0 ? wanted : known;
const bundle = await rolldown({
  input: Object.fromEntries(names.map((name) => [name, join(folder, `${name}.ts`)])),
  platform: 'node',
  logLevel: 'silent',
  resolve: { mainFields: ['module', 'main'], conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
});
await bundle.write({ dir: join(folder, '../dist'), format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' });
await bundle.close();
for (const name of names) {
  const { run } = await import(pathToFileURL(join(folder, `../dist/${name}.mjs`)).href);
  await run();
}
