import { cpu } from '@nablajs/backend-cpu';
import { type Dataset, mapInWorkers } from '@nablajs/data';
import { setBackend, type Tensor } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';
import { madeHere, type Sample, valuesOf } from './samples.ts';

beforeAll(async () => setBackend(await cpu()));

const items = Array.from({ length: 11 }, (_, i) => i);
let ended = 0;

function start(): Worker {
  const worker = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' });
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    ended++;
    terminate();
  };
  return worker;
}

const inWorkers = (list: readonly number[]) =>
  mapInWorkers<Sample>(list, start, { workers: 2 }) as Dataset<{ whole: Tensor; part: Tensor }, Tensor>;

test('module workers of a page give what is made without them, in the same order', async () => {
  const [here, there] = [madeHere(items), inWorkers(items)].map((dataset) =>
    dataset.shuffle({ seed: 5 }).batch(4).prefetch(2),
  );
  expect(await valuesOf(there!)).toEqual(await valuesOf(here!));
  expect(ended).toBe(2);
});

test('they end with a loop that is left, and name what cannot be made', async () => {
  ended = 0;
  for await (const _ of inWorkers([1, 2, -1, -1]).batch(2).prefetch(1)) break;
  expect(ended).toBe(2);
  await expect(valuesOf(inWorkers([1, 13]).batch(1))).rejects.toThrow(
    'item 1 failed in its worker: there is no thirteenth',
  );
});

test('a file that is none is told', async () => {
  const missing = mapInWorkers(items, () => new Worker('/no-such-worker.js', { type: 'module' }));
  await expect(async () => {
    for await (const _ of missing.batch(1));
  }).rejects.toThrow('mapInWorkers: a worker could not start');
});
