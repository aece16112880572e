// A process of its own: trains the CNN and prints the most memory it held, before the first step and in all.
import { readFileSync } from 'node:fs';
import { cpu } from '@nablajs/backend-cpu';
import { fromData, Sequential, SGD, setBackend, setSeed } from 'nablajs';
import { cnnLayers } from '../train-step/layers.ts';

const [threads, steps] = process.argv.slice(2).map(Number) as [number, number];
const BATCH = 64;
/** From the system's own file: the maximum that `resourceUsage` gives may be that of the process which started this one. */
const held = (): number => Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;

setBackend(await cpu({ threads }));
setSeed(1);
const model = new Sequential(cnnLayers());
model.compile({ optimizer: new SGD(0.01, { momentum: 0.9 }), loss: 'sparseCategoricalCrossentropy' });
const count = BATCH * 4;
const x = fromData(
  Float32Array.from({ length: count * 784 }, (_, i) => ((i * 7919) % 1021) / 1021),
  [count, 28, 28, 1],
);
const y = fromData(
  Int32Array.from({ length: count }, (_, i) => (i * 7) % 10),
  [count],
);
const before = held();
await model.fit(x, y, { batchSize: BATCH, epochs: steps / 4, verbose: 0 });
console.log(JSON.stringify([before, held()]));
