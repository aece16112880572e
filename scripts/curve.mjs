// One seeded training, printed as JSON: its losses, and the exact bits of its weights. Run by check-nodes.mjs.
import { createHash } from 'node:crypto';
import { Conv2D, cpu, Dense, Dropout, Flatten, fromData, MaxPooling2D, Sequential, setBackend, setSeed } from 'nablajs';

const SAMPLES = 96;

setBackend(await cpu({ deterministic: process.argv[2] === 'deterministic' }));
setSeed(7);
const model = new Sequential([
  new Conv2D(8, 3, { padding: 'same', activation: 'relu' }),
  new MaxPooling2D(2),
  new Flatten(),
  new Dense(16, { activation: 'tanh' }),
  new Dropout(0.25),
  new Dense(4, { activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const pixels = Float32Array.from({ length: SAMPLES * 64 }, (_, i) => ((i * 7919) % 251) / 251);
const labels = Int32Array.from({ length: SAMPLES }, (_, i) => (i * i + 1) % 4);
const x = fromData(pixels, [SAMPLES, 8, 8, 1]);
const { history } = await model.fit(x, fromData(labels), { batchSize: 32, epochs: 20, verbose: 0 });
const hash = createHash('sha256');
for (const weight of model.weights) hash.update(new Uint8Array((await weight.value.data()).buffer));
console.log(JSON.stringify({ node: process.version, loss: history.loss, weights: hash.digest('hex') }));
