// An imported digit classifier: how good it is on the first 2,000 test images of MNIST, and after an epoch of training.
//
//   npx tsc -b packages/onnx packages/backend-cpu && node packages/onnx/bench/mnist.mjs <model.onnx> <folder>
//
// <model.onnx> takes images [n, 1, 28, 28] from 0 to 1 and gives ten scores; <folder> holds the IDX files of MNIST.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpu } from '@nablajs/backend-cpu';
import { SparseCategoricalCrossentropy } from '@nablajs/losses';
import { importOnnx } from '@nablajs/onnx';
import { fromData, setBackend, setSeed } from '@nablajs/tensor';

const TESTED = 2000;
const TRAINED = 6000;

const [path, folder] = process.argv.slice(2);
if (!path || !folder) throw new Error('usage: mnist.mjs <model.onnx> <folder>');

/** @param {string} start @param {number} header */
function contents(start, header) {
  const name = readdirSync(folder ?? '').find((each) => each.startsWith(start));
  if (!name) throw new Error(`${folder} has no ${start}...`);
  return readFileSync(join(folder ?? '', name)).subarray(header);
}

/** @param {'train' | 't10k'} half @param {number} count */
function read(half, count) {
  const pixels = contents(`${half}-images`, 16).subarray(0, count * 784);
  const labels = contents(`${half}-labels`, 8).subarray(0, count);
  return {
    x: fromData(
      Float32Array.from(pixels, (pixel) => pixel / 255),
      [count, 1, 28, 28],
    ),
    y: fromData(Int32Array.from(labels), [count]),
  };
}

setBackend(await cpu());
setSeed(7);
const model = importOnnx(readFileSync(path));
model.compile({
  optimizer: 'adam',
  loss: new SparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ['accuracy'],
});
const [train, test] = [read('train', TRAINED), read('t10k', TESTED)];
const report = async (/** @type {string} */ when) => {
  const { loss = 0, accuracy = 0 } = await model.evaluate(test.x, test.y, { batchSize: 100 });
  process.stdout.write(`${when}: ${(100 * accuracy).toFixed(2)} % of ${TESTED}, loss ${loss.toFixed(4)}\n`);
};
await report('as imported');
const start = performance.now();
await model.fit(train.x, train.y, { batchSize: 64, epochs: 1, verbose: 0 });
await report(`after ${TRAINED} images (${((performance.now() - start) / 1000).toFixed(1)} s)`);
