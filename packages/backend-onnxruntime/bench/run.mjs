// node packages/backend-onnxruntime/bench/run.mjs [train-step] ...: loads the TypeScript sources without a build.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultServerConditions, runnerImport } from 'vite';

const resolve = { conditions: ['@nablajs/source', ...defaultServerConditions], noExternal: [/^@nablajs|^nablajs/] };
const folder = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
for (const name of wanted.length > 0 ? wanted : ['train-step']) {
  const { module } = await runnerImport(join(folder, `${name}.ts`), {
    root: folder,
    logLevel: 'error',
    environments: { inline: { consumer: 'server', resolve } },
  });
  await module.run();
}
