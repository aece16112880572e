// What runs in the page: two contenders on one engine, asked by turns from outside.
import { cpu } from '@nablajs/backend-cpu';
import { tfjs } from '@nablajs/backend-tfjs';
import '@tensorflow/tfjs-backend-cpu';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { type Backend, fromData, setBackend } from 'nablajs';
import { CLASSES, nablaNetwork, samplesOf, tfjsNetwork } from './networks.ts';

/** What is compared. */
export type MatchName = `${'webgl' | 'wasm'} ${'training' | 'inference'}`;

/** How much is done in one run. */
export interface Size {
  readonly batch: number;
  readonly batches: number;
}

/** Two contenders, ours first. */
export interface Match {
  /** What each computed in its first run: they must agree. */
  readonly checks: readonly [number, number];
}

interface Contenders {
  readonly runs: readonly [() => Promise<number>, () => Promise<number>];
  close(): void;
}

async function training(engine: string, { batch, batches }: Size): Promise<Contenders> {
  const { images, labels, count } = samplesOf(batch * batches);
  const model = nablaNetwork();
  await tf.setBackend(engine);
  const twin = await tfjsNetwork(model);
  const [x, y] = [fromData(images, [count, 28, 28, 1]), fromData(labels, [count, CLASSES])];
  const [tx, ty] = [tf.tensor4d(images, [count, 28, 28, 1]), tf.tensor2d(labels, [count, CLASSES])];
  const options = { batchSize: batch, shuffle: false, verbose: 0 } as const;
  return {
    runs: [
      async () => (await model.fit(x, y, options)).history['loss']![0]!,
      async () => (await twin.fit(tx, ty, { ...options, yieldEvery: 'never' })).history['loss']![0] as number,
    ],
    close: () => {
      tf.dispose([tx, ty]);
      twin.dispose();
    },
  };
}

async function inference(engine: string, { batch, batches }: Size): Promise<Contenders> {
  const { images, count } = samplesOf(batch * batches);
  const model = nablaNetwork();
  await tf.setBackend(engine);
  const twin = await tfjsNetwork(model);
  const x = fromData(images, [count, 28, 28, 1]);
  const tx = tf.tensor4d(images, [count, 28, 28, 1]);
  return {
    runs: [
      async () => (await (await model.predict(x, { batchSize: batch })).data())[0]!,
      async () => {
        const y = twin.predict(tx, { batchSize: batch }) as tf.Tensor;
        const [first] = await y.data();
        y.dispose();
        return first!;
      },
    ],
    close: () => {
      tx.dispose();
      twin.dispose();
    },
  };
}

let match: Contenders | null = null;
let checks: [number, number] = [0, 0];

const bench = {
  userAgent: () => navigator.userAgent,
  async open(name: MatchName, size: Size, threads: number): Promise<void> {
    const [engine, work] = name.split(' ') as ['webgl' | 'wasm', 'training' | 'inference'];
    const backend: Backend = engine === 'webgl' ? await tfjs({ engine }) : await cpu({ threads });
    setBackend(backend);
    if (engine === 'wasm') setThreadsCount(threads);
    match =
      work === 'inference' ? await inference(engine, size) : await training(engine === 'wasm' ? 'cpu' : engine, size);
    checks = [0, 0];
  },
  /** Milliseconds that one side takes for so many runs. */
  async run(side: 0 | 1, times: number): Promise<number> {
    const start = performance.now();
    let check = 0;
    for (let i = 0; i < times; i++) check = await match!.runs[side]();
    const milliseconds = performance.now() - start;
    checks[side] ||= check;
    return milliseconds;
  },
  async close(): Promise<Match> {
    match?.close();
    return { checks };
  },
};

setWasmPaths('/');
Object.assign(globalThis, { bench });
