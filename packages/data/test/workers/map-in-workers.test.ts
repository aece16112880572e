import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type Dataset, mapInWorkers, serveSamples } from '@nablajs/data';
import { ConfigError, FormatError, type Tensor } from '@nablajs/tensor';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeHere, type Sample, valuesOf } from './samples.ts';

const items = Array.from({ length: 11 }, (_, i) => i);
let folder: string;
let alive = 0;

function start(file: string): Worker {
  const worker = new Worker(join(folder, file));
  alive++;
  worker.on('exit', () => alive--);
  return worker;
}

function inWorkers(list: readonly unknown[], workers: number, file = 'decode.worker.mjs') {
  return mapInWorkers<Sample>(list, () => start(file), { workers, patience: 5000 }) as Dataset<
    { whole: Tensor; part: Tensor },
    Tensor
  >;
}

async function allEnded(): Promise<void> {
  while (alive > 0) await new Promise((done) => setTimeout(done, 5));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workers-'));
  await build({
    entryPoints: [
      new URL('./decode.worker.ts', import.meta.url),
      new URL('./silent.worker.ts', import.meta.url),
      new URL('./leaves-early.ts', import.meta.url),
    ].map((url) => fileURLToPath(url)),
    bundle: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    conditions: ['@nablajs/source'],
    external: ['hyparquet*', 'papaparse'],
    outdir: folder,
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true }));

describe('mapInWorkers', () => {
  it.each([1, 3])(
    'with %d workers gives what is made without, shuffled, in batches, again and again',
    async (workers) => {
      const [here, there] = [madeHere(items), inWorkers(items, workers)].map((dataset) =>
        dataset.shuffle({ seed: 5 }).batch(4).prefetch(2),
      );
      const first = await valuesOf(there!);
      expect(first).toEqual(await valuesOf(here!));
      const second = await valuesOf(there!);
      expect(second).toEqual(await valuesOf(here!));
      expect(second).not.toEqual(first);
      await allEnded();
    },
  );

  it('lets parts of it be iterated at the same time', async () => {
    const [first, rest] = inWorkers(items, 2).split(0.5, { seed: 1 });
    const [a, b] = madeHere(items).split(0.5, { seed: 1 });
    expect(await Promise.all([valuesOf(first.batch(2)), valuesOf(rest.batch(5))])).toEqual([
      await valuesOf(a.batch(2)),
      await valuesOf(b.batch(5)),
    ]);
    await allEnded();
  });

  it('ends its workers when a loop is left, whatever they were doing', async () => {
    for await (const { size } of inWorkers([1, 2, -1, -1, -1], 2).batch(2).prefetch(3)) {
      expect(size).toBe(2);
      break;
    }
    await allEnded();
  });

  it('names the item that cannot be made', async () => {
    const read = async (): Promise<unknown> => valuesOf(inWorkers([1, 13, 2], 2).batch(3));
    await expect(read()).rejects.toThrow(FormatError);
    await expect(read()).rejects.toThrow('mapInWorkers: item 1 failed in its worker: there is no thirteenth');
    await expect(valuesOf(inWorkers([1, 'a/b.bin'], 2).batch(1))).rejects.toThrow(
      "mapInWorkers: 'a/b.bin' failed in its worker: this is no number",
    );
    await expect(valuesOf(inWorkers([() => 1], 1).batch(1))).rejects.toThrow('item 0 cannot be sent to a worker');
    await allEnded();
  });

  it('says when there is no worker to wait for', async () => {
    await expect(valuesOf(inWorkers(items, 1, 'none.mjs').batch(1))).rejects.toThrow(/could not start: .*none\.mjs/);
    const silent = mapInWorkers(items, () => start('silent.worker.mjs'), { patience: 300 });
    await expect(async () => {
      for await (const _ of silent.batch(1));
    }).rejects.toThrow('a worker was silent for 300 ms. Its file must call serveSamples.');
    await expect(valuesOf(inWorkers([1, -2], 1).batch(2))).rejects.toThrow('mapInWorkers: a worker ended at its work.');
    await allEnded();
    expect(() => inWorkers([], 1)).toThrow(ConfigError);
    expect(() => inWorkers(items, 0)).toThrow('workers must be a whole number of at least 1');
    expect(() => serveSamples(() => ({ x: 1 }))).toThrow('this is no worker');
  });

  it('does not keep a process alive whose loop nobody goes on with', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'leaves-early.mjs')], {
      timeout: 20_000,
    });
    expect(stdout).toBe('0\n1\n');
  });
});
