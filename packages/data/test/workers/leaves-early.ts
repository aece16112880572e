// Takes two samples of many by hand, and goes its way without a word to the data set.
import { Worker } from 'node:worker_threads';
import { mapInWorkers } from '@nablajs/data';
import type { Sample } from './samples.ts';

const items = Array.from({ length: 100 }, (_, i) => i);
const dataset = mapInWorkers<Sample>(items, () => new Worker(new URL('./decode.worker.mjs', import.meta.url)));

const samples = dataset.batch(1)[Symbol.asyncIterator]();
for (let i = 0; i < 2; i++) {
  const { value } = await samples.next();
  console.log((await value!.y.data())[0]);
}
