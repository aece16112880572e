// What a page has to load: small programs, bundled and compressed, against a budget that only ever shrinks.

import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const MODEL = `const model = new Sequential([new Dense(8, { activation: 'relu' }), new Dense(3, { activation: 'softmax' })]);
const x = fromData(new Float32Array(8), [2, 4]);`;

/**
 * Programs with the gzipped kilobytes they may cost, all chunks together, and the goal of the design.
 * @type {Readonly<Record<string, { code: string, budget: number, goal?: number }>>}
 */
const PROGRAMS = {
  'a Dense model, inference': {
    code: `import { cpu, Dense, fromData, Sequential, setBackend } from 'nablajs';
setBackend(await cpu());
${MODEL}
console.log(await (await model.predict(x)).data());`,
    budget: 100,
    goal: 40,
  },
  'a Dense model, training': {
    code: `import { Adam, cpu, Dense, fromData, MeanSquaredError, Sequential, setBackend } from 'nablajs';
setBackend(await cpu());
${MODEL}
model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
await model.fit(x, fromData(new Float32Array(6), [2, 3]));`,
    budget: 100,
    goal: 70,
  },
  'tensors on the CPU, no layers': {
    code: `import { cpu } from '@nablajs/backend-cpu';
import { compile, fromData, setBackend } from '@nablajs/tensor';
setBackend(await cpu());
const f = compile((x) => x.matmul(x).relu().softmax());
console.log(await (await f(fromData(new Float32Array(4), [2, 2]))).data());`,
    budget: 66,
  },
  'the WebGL backend with its engine': {
    code: `import { tfjs } from '@nablajs/backend-tfjs';
console.log(await tfjs({ engine: 'webgl' }));`,
    budget: 128,
  },
};

/** @param {string} code @returns {Promise<{ entry: number, all: number }>} gzipped bytes */
async function sizeOf(code) {
  const bundle = await rolldown({
    input: 'program',
    cwd: ROOT,
    platform: 'browser',
    logLevel: 'silent',
    // Engines a page does not ask for are never loaded.
    external: [/tfjs-backend-(cpu|webgpu)$/],
    resolve: { conditionNames: ['@nablajs/source', 'import', 'browser', 'default'] },
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === 'program' ? `${ROOT}program.mjs` : undefined),
        load: (id) => (id === `${ROOT}program.mjs` ? code : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  const sizes = output.map((chunk) => (chunk.type === 'chunk' ? gzipSync(chunk.code, { level: 9 }).length : 0));
  return { entry: sizes[0] ?? 0, all: sizes.reduce((sum, size) => sum + size, 0) };
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return (bytes / 1000).toFixed(1).padStart(6);
}

let over = 0;
for (const [name, { code, budget, goal }] of Object.entries(PROGRAMS)) {
  const { entry, all } = await sizeOf(code);
  const fits = all <= budget * 1000;
  if (!fits) over++;
  const aim = goal === undefined ? '' : `, goal ${goal}`;
  console.log(
    `${fits ? 'ok    ' : 'FAILED'} ${kilobytes(all)} kB gzipped (${kilobytes(entry)} at once, budget ${budget}${aim})  ${name}`,
  );
}
if (over > 0)
  console.error('A program grew beyond its budget. Find what it pulls in, or say in the commit why it must.');
process.exitCode = over === 0 ? 0 : 1;
