// node packages/backend-cpu/bench/run.mjs [gemm] [conv] ... [--json]: loads the TypeScript sources without a build.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const folder = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
for (const name of wanted.length > 0 ? wanted : ['gemm', 'conv', 'memory']) {
  const { module } = await runnerImport(join(folder, `${name}.ts`), { root: folder, logLevel: 'error' });
  await module.run();
}
