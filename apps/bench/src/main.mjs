// npm run bench [-- name ...]: ratios measured side by side in one run.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, '../../..');

/** Each benchmark by name. */
const benchmarks = {
  // Kernels against a loop that only multiplies and adds in registers; it lives beside the kernels.
  gemm: async () => {
    const { status } = spawnSync(process.execPath, [join(root, 'packages/backend-cpu/bench/run.mjs'), 'gemm'], {
      stdio: 'inherit',
    });
    if (status !== 0) process.exitCode = 1;
  },
  'mnist-step': () => bundled('mnist-step'),
};

/** Bundled from the sources first: the gradients of tfjs-core are in ES modules that Node alone cannot resolve. */
async function bundled(name) {
  const bundle = await rolldown({
    input: join(folder, `${name}.ts`),
    platform: 'node',
    logLevel: 'silent',
    resolve: { mainFields: ['module', 'main'], conditionNames: ['@nablajs/source', 'import', 'node', 'default'] },
  });
  const file = join(folder, `../dist/${name}.mjs`);
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  const { run } = await import(pathToFileURL(file).href);
  await run();
}

const wanted = process.argv.slice(2);
const odd = wanted.find((name) => !Object.hasOwn(benchmarks, name));
if (odd) {
  console.error(`There is no benchmark '${odd}'. Known: ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model.trim()}`);
for (const name of wanted.length > 0 ? wanted : Object.keys(benchmarks)) await benchmarks[name]();
