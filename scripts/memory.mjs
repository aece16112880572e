// 10,000 steps of `fit`, then of a loop written by hand without any dispose: prints how the process grew after the
// first 2,000, as JSON, on the backend that is named. A process of its own, for a test runner's memory is not ours to answer for. Run by check-memory.mjs.
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import {
  cpu,
  Dense,
  fromData,
  getBackend,
  gradients,
  randomNormal,
  Sequential,
  setBackend,
  setSeed,
  variable,
} from 'nablajs';

const SAMPLES = 90;
const EARLY = 2000;
const STEPS = 10_000;

setBackend(await (process.argv[2] === 'onnxruntime' ? onnxruntime({ threads: 1 }) : cpu()));
setSeed(3);
const x = Float32Array.from({ length: SAMPLES * 2 }, (_, i) => Math.sin(i * 1.3));
const y = Float32Array.from({ length: SAMPLES * 3 }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3));
const inputs = fromData(x, [SAMPLES, 2]);
const targets = fromData(y, [SAMPLES, 3]);

/** Megabytes of the process and live buffers. */
function usage() {
  globalThis.gc?.();
  return { megabytes: process.memoryUsage().rss / 2 ** 20, buffers: getBackend().memory().buffers };
}

/** @param {string} name @param {(steps: number) => Promise<void>} run */
async function measure(name, run) {
  await run(EARLY);
  const before = usage();
  await run(STEPS - EARLY);
  const after = usage();
  return { name, megabytes: after.megabytes - before.megabytes, buffers: [before.buffers, after.buffers] };
}

const model = new Sequential([new Dense(4, { activation: 'relu' }), new Dense(3, { activation: 'softmax' })]);
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
let epoch = 0;
const fit = await measure('fit', async (steps) => {
  // 90 samples in batches of 20: 5 steps an epoch.
  const initialEpoch = epoch;
  epoch += steps / 5;
  await model.fit(inputs, targets, { batchSize: 20, epochs: epoch, initialEpoch, verbose: 0 });
});

const w = variable(randomNormal([2, 3]));
const byHand = await measure('a loop by hand', async (steps) => {
  for (let i = 0; i < steps; i++) {
    const loss = inputs.matmul(w.value).sub(targets).square().mean();
    const [dw] = gradients(loss, [w]);
    w.assign(w.value.sub(/** @type {import('nablajs').Tensor} */ (dw).mul(0.1)));
    await loss.item();
  }
});

console.log(JSON.stringify({ traces: model.steps?.train.stats.traces, measured: [fit, byHand] }));
