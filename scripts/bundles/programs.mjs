import { Adam, Dense, exportPredictor, exportTrainer, fromData, Input, MeanSquaredError, Sequential } from 'nablajs';

// Small programs as users write them, with the gzipped kilobytes that a page may load to run each: what was measured and
// at most 4 %. Goals are those of the design; the guide tells how far away they are.

const MODEL = `const model = new Sequential([
  Input({ shape: [4] }),
  new Dense(8, { activation: 'relu' }),
  new Dense(3, { activation: 'softmax' }),
]);
const x = fromData(Float32Array.from({ length: 8 }, (_, i) => Math.sin(i)), [2, 4]);`;

/** The same model. */
function sameModel() {
  const model = new Sequential([
    Input({ shape: [4] }),
    new Dense(8, { activation: 'relu' }),
    new Dense(3, { activation: 'softmax' }),
  ]);
  for (const weight of model.weights) {
    const values = Float32Array.from({ length: weight.size }, (_, i) => Math.cos(i));
    weight.assign(fromData(values, weight.shape));
  }
  return model;
}

/** An address that pages and Node can fetch a file from. @param {Uint8Array} bytes */
const addressOf = (bytes) => `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;

const predictor = await exportPredictor(sameModel());

const trained = sameModel();
trained.compile({ optimizer: new Adam(0.1), loss: new MeanSquaredError() });
const trainer = await exportTrainer(trained);

const PRINT = 'console.log(Array.from(values, (value) => value.toFixed(4)).join(" "));';

/**
 * A program prints its numbers in one line, the same everywhere. `unbundled`: it runs from plain ES modules, too.
 * @typedef {{ title: string, code: string, budgets: Readonly<Record<string, number>>, goal?: number, unbundled?: true }} Program
 */

/** @type {Readonly<Record<string, Program>>} */
export const PROGRAMS = {
  inference: {
    title: 'a Dense model predicts',
    code: `import { cpu, Dense, fromData, Input, Sequential, setBackend } from 'nablajs';
setBackend(await cpu());
${MODEL}
// A page that predicts has trained weights from somewhere.
for (const weight of model.weights) {
  const values = Float32Array.from({ length: weight.size }, (_, i) => Math.cos(i));
  weight.assign(fromData(values, weight.shape));
}
const values = await (await model.predict(x)).data();
${PRINT}`,
    budgets: { vite: 57, esbuild: 58.5, rolldown: 55 },
    goal: 40,
  },
  predictor: {
    title: 'its file predicts, without the model',
    code: `import { cpu, loadPredictor, setBackend } from 'nablajs';
setBackend(await cpu());
const file = await fetch('${addressOf(predictor)}');
const predictor = await loadPredictor(new Uint8Array(await file.arrayBuffer()));
const x = Float32Array.from({ length: 8 }, (_, i) => Math.sin(i));
const values = (await predictor.predict(x)).data;
${PRINT}`,
    budgets: { vite: 28, esbuild: 46.5, rolldown: 26.5 },
    goal: 40,
  },
  training: {
    title: 'a Dense model trains',
    code: `import { Adam, cpu, Dense, fromData, Input, MeanSquaredError, Sequential, setBackend, setSeed } from 'nablajs';
setBackend(await cpu());
setSeed(1);
${MODEL}
model.compile({ optimizer: new Adam(0.1), loss: new MeanSquaredError() });
const y = fromData(Float32Array.from([1, 0, 0, 0, 1, 0]), [2, 3]);
const { history } = await model.fit(x, y, { epochs: 5, verbose: 0 });
const values = history.loss;
${PRINT}`,
    budgets: { vite: 90, esbuild: 92, rolldown: 87.5 },
    goal: 70,
    unbundled: true,
  },
  names: {
    title: 'the same, optimizer, loss and metric by name',
    code: `import { cpu, Dense, fromData, Input, Sequential, setBackend, setSeed } from 'nablajs';
setBackend(await cpu());
setSeed(1);
${MODEL}
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const y = fromData(Float32Array.from([1, 0, 0, 0, 1, 0]), [2, 3]);
const { history } = await model.fit(x, y, { epochs: 5, verbose: 0 });
const values = [...history.loss, ...history.accuracy];
${PRINT}`,
    budgets: { vite: 107, esbuild: 107, rolldown: 103.5 },
  },
  trainer: {
    title: 'the file of one trains, without the model',
    code: `import { cpu, loadTrainer, setBackend } from 'nablajs';
setBackend(await cpu());
const file = await fetch('${addressOf(trainer)}');
const trainer = await loadTrainer(new Uint8Array(await file.arrayBuffer()));
const x = Float32Array.from({ length: 8 }, (_, i) => Math.sin(i));
const { history } = await trainer.fit(x, [1, 0, 0, 0, 1, 0], { epochs: 5 });
const values = [...history.loss, ...(await trainer.predict(x)).data];
${PRINT}`,
    budgets: { vite: 51.5, esbuild: 64.5, rolldown: 49.5 },
    goal: 70,
  },
  tensors: {
    title: 'tensors alone, without layers',
    code: `import { cpu } from '@nablajs/backend-cpu';
import { compile, fromData, setBackend } from '@nablajs/tensor';
setBackend(await cpu());
const f = compile((x) => x.matmul(x).relu().softmax());
const values = await (await f(fromData(Float32Array.from([1, 2, 3, 4]), [2, 2]))).data();
${PRINT}`,
    budgets: { vite: 37, esbuild: 36, rolldown: 35.5 },
  },
  default: {
    title: 'tensors on the backend that nobody chose',
    code: `import { tensor } from 'nablajs';
const values = await tensor([1, 2, 3]).mul(2).data();
${PRINT}`,
    budgets: { vite: 44, esbuild: 51, rolldown: 42 },
  },
  convolution: {
    title: 'a small convolutional network predicts',
    code: `import { Conv2D, cpu, Dense, Flatten, fromData, Input, MaxPooling2D, Sequential, setBackend, setSeed } from 'nablajs';
setBackend(await cpu());
setSeed(1);
const model = new Sequential([
  Input({ shape: [8, 8, 1] }),
  new Conv2D(4, 3, { activation: 'relu' }),
  new MaxPooling2D(2),
  new Flatten(),
  new Dense(3, { activation: 'softmax' }),
]);
const x = fromData(Float32Array.from({ length: 64 }, (_, i) => Math.sin(i)), [1, 8, 8, 1]);
const values = await (await model.predict(x)).data();
${PRINT}`,
    budgets: { vite: 90.5, esbuild: 92.5, rolldown: 88.5 },
  },
  webgl: {
    title: 'the Dense model predicts, on WebGL',
    code: `import { tfjs } from '@nablajs/backend-tfjs';
import { Dense, fromData, Input, Sequential, setBackend, setSeed } from 'nablajs';
setBackend(await tfjs({ engine: globalThis.document ? 'webgl' : 'cpu' }));
setSeed(1);
${MODEL}
const values = await (await model.predict(x)).data();
${PRINT}`,
    budgets: { vite: 163 },
    // TensorFlow.js' kernels are imported from inside its packages: only a bundler resolves them, and one is enough to see it.
  },
};
