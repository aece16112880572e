// Small colour photos, told apart by a residual network that is trained on shifted and mirrored copies of them:
// node examples/cifar10/main.mjs cifar10.bin.gz. The file is a sequence of records: a byte for the class, two for the
// length of a 32 x 32 JPEG (low byte first), and the JPEG.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import {
  Add,
  BatchNormalization,
  Conv2D,
  column,
  cpu,
  Dataset,
  Dense,
  GlobalAveragePooling2D,
  Input,
  Model,
  OneCycle,
  RandomFlip,
  RandomTranslation,
  ReLU,
  SGD,
  SparseCategoricalCrossentropy,
  setBackend,
  setSeed,
} from 'nablajs';
import sharp from 'sharp';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string', default: '7' },
    held: { type: 'string', default: '5000' },
    batch: { type: 'string', default: '64' },
    width: { type: 'string', default: '32' },
    rate: { type: 'string', default: '0.1' },
    threads: { type: 'string', default: String(availableParallelism()) },
    turbo: { type: 'boolean', default: false },
  },
});
const [file] = positionals;
if (!file) throw new Error('Name the file of records: node examples/cifar10/main.mjs cifar10.bin.gz');
const [epochs, held, batchSize, width] = [options.epochs, options.held, options.batch, options.width].map(Number);

setBackend(await cpu({ threads: Number(options.threads), turbo: options.turbo }));
setSeed(1);
const records = readRecords(gunzipSync(await readFile(file)));
const pixels = new Uint8Array(records.length * 32 * 32 * 3);
for (const [i, { jpeg }] of records.entries()) {
  pixels.set(await sharp(jpeg).removeAlpha().toColourspace('srgb').raw().toBuffer(), i * 32 * 32 * 3);
}
// From bytes to about -2 .. 2.
const images = column(pixels, [records.length, 32, 32, 3], { scale: 1 / 64, offset: -2 });
const all = Dataset.from({ x: images, y: records.map(({ label }) => label) });
const [train, validation] = all.split(1 - held / records.length, { seed: 1 });

const input = Input({ shape: [32, 32, 3] });
let x = new RandomTranslation(0.1, 0.1, { interpolation: 'nearest' }).apply(new RandomFlip('horizontal').apply(input));
x = convolve(x, width, 6, 2);
x = residual(x, width, 1);
x = residual(x, 2 * width, 2);
x = residual(x, 4 * width, 2);
const model = new Model({ inputs: input, outputs: new Dense(10).apply(new GlobalAveragePooling2D().apply(x)) });

const steps = Math.floor(train.size / batchSize);
model.compile({
  optimizer: new SGD({
    learningRate: new OneCycle(Number(options.rate), steps * epochs, { pctStart: 0.25, finalDivFactor: 100 }),
    momentum: 0.9,
    nesterov: true,
    weightDecay: 5e-4,
    excludeFromWeightDecay: ['bias', 'gamma', 'beta'],
  }),
  loss: new SparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ['accuracy'],
});
console.log(model.summary());
const batches = train.shuffle({ seed: 2 }).batch(batchSize, { dropRemainder: true });
const { history } = await model.fit(batches, { epochs, validationData: validation.batch(500) });

/** The share of held-out photos that are told right, after each epoch. */
export const accuracies = history.valAccuracy;
console.log(`${(100 * accuracies.at(-1)).toFixed(2)} % of ${validation.size} held-out photos`);

function residual(x, channels, strides) {
  const inner = convolve(convolve(x, channels, 3, strides), channels, 3, 1, false);
  const short = strides === 1 ? x : convolve(x, channels, 1, strides, false);
  return new ReLU().apply(new Add().apply([inner, short]));
}

/** A convolution, normalised, and cut off at 0 unless it ends a branch. */
function convolve(x, channels, size, strides = 1, activate = true) {
  const sum = new Conv2D(channels, size, { strides, padding: 'same', useBias: false }).apply(x);
  const normal = new BatchNormalization({ momentum: 0.9 }).apply(sum);
  return activate ? new ReLU().apply(normal) : normal;
}

function readRecords(bytes) {
  const records = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 3 + bytes.readUInt16LE(at + 1);
    records.push({ label: bytes[at], jpeg: bytes.subarray(at + 3, end) });
    at = end;
  }
  return records;
}
