import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reference } from '@nablajs/backend-reference';
import { Dense, Input } from '@nablajs/layers';
import { FormatError, setBackend, setSeed } from '@nablajs/tensor';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BackupAndRestore, type Callback, loadModel, readSafetensors, Sequential } from '../../src/index.ts';
import { type Outcome, train } from './training.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabla-'));
});
afterAll(() => rm(folder, { recursive: true }));

class Crash extends Error {}

/** Crashes after so many batches of this run. */
function crashingAfter(batches: number): Callback {
  let left = batches;
  return {
    wantsLogs: () => false,
    onBatchEnd: () => {
      if (--left === 0) throw new Crash();
    },
  };
}

describe('resuming equals never having stopped, bit for bit', () => {
  const EPOCHS = 4;
  let whole: Outcome;
  beforeAll(async () => {
    whole = await train(EPOCHS, []);
  });

  // 16 samples in batches of 4: four batches an epoch.
  test.each([1, 3, 4, 5, 8, 11, 15])('after a crash in batch %i', async (batches) => {
    const path = join(folder, `crash-${batches}`);
    const backup = (): BackupAndRestore => new BackupAndRestore(path, { saveFreq: 1 });
    await expect(train(EPOCHS, [backup(), crashingAfter(batches)])).rejects.toThrow(Crash);
    const second = backup();
    expect(await train(EPOCHS, [second])).toEqual(whole);
    // The last batch of an epoch is done, but the epoch is not over: validation and callbacks are still to come.
    expect(second.resumedAt).toEqual({ epoch: Math.ceil(batches / 4) - 1, batch: ((batches - 1) % 4) + 1 });
    expect(await readdir(path)).toEqual([]);
  });

  test('with backups of whole epochs, the running one is done again', async () => {
    const path = join(folder, 'epochs');
    await expect(train(EPOCHS, [new BackupAndRestore(path), crashingAfter(11)])).rejects.toThrow(Crash);
    const second = new BackupAndRestore(path, { deleteCheckpoint: false });
    expect(await train(EPOCHS, [second])).toEqual(whole);
    expect(second.resumedAt).toEqual({ epoch: 2, batch: 0 });
    expect(await readdir(path)).toEqual(['training.safetensors']);
  });

  test('again and again', async () => {
    const path = join(folder, 'again');
    for (let runs = 0; ; runs++) {
      try {
        expect(await train(EPOCHS, [new BackupAndRestore(path, { saveFreq: 1 }), crashingAfter(3)])).toEqual(whole);
        expect(runs).toBe(5);
        return;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
  });
});

describe('a backup that is not one', () => {
  test.each<[string, (bytes: Uint8Array) => Uint8Array, RegExp]>([
    ['cut off', (bytes) => bytes.slice(0, 200), /not a valid safetensors file/],
    ['damaged', (bytes) => bytes.with(bytes.length - 5, bytes.at(-5)! ^ 1), /is damaged/],
  ])('%s is refused, with what to do', async (name, damage, message) => {
    const path = join(folder, name);
    await train(1, [new BackupAndRestore(path, { deleteCheckpoint: false })]);
    const file = join(path, 'training.safetensors');
    await writeFile(file, damage(new Uint8Array(await readFile(file))));
    const run = train(1, [new BackupAndRestore(path)]);
    await expect(run).rejects.toThrow(FormatError);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toThrow(/Remove the file to begin anew/);
  });

  test('of another model is refused', async () => {
    const path = join(folder, 'other');
    await train(1, [new BackupAndRestore(path, { deleteCheckpoint: false })]);
    setBackend(reference());
    const model = new Sequential([Input({ shape: [2] }), new Dense(3)]);
    model.compile({ loss: 'mse' });
    const fit = model.fit([[1, 2]], [[1, 2, 3]], { verbose: 0, callbacks: [new BackupAndRestore(path)] });
    await expect(fit).rejects.toThrow(FormatError);
    setSeed(1);
  });
});

describe('kill -9', () => {
  const KILLS = 50;
  const CHAINS = 5;
  const EPOCHS = 20;

  test('at 50 random points while files are written: none is ever broken, and all trainings end the same', async () => {
    const program = await bundled();
    const whole = run(program, join(folder, 'whole'));
    const outcomes = await Promise.all(
      Array.from({ length: CHAINS }, async (_, chain) => {
        const path = join(folder, `chain-${chain}`);
        for (let kills = 0; kills < KILLS / CHAINS; ) {
          // One that ended before it was hit left nothing to go on with, and does not count.
          kills += Number(await killed(program, path, Math.random() * 25));
          await requireWholeFiles(path);
        }
        return run(program, path);
      }),
    );
    for (const outcome of outcomes) expect(outcome).toEqual(await whole);
  }, 60_000);

  /** The training as one plain script, so that processes begin at once. */
  async function bundled(): Promise<string> {
    const bundle = await rolldown({
      input: fileURLToPath(new URL('process.ts', import.meta.url)),
      platform: 'node',
      logLevel: 'silent',
      resolve: { conditionNames: ['@nablajs/source', 'import', 'default'] },
    });
    const dir = join(folder, 'program');
    await bundle.write({ dir, format: 'esm', entryFileNames: 'process.mjs', minify: true });
    return join(dir, 'process.mjs');
  }

  function run(program: string, path: string): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, path, String(EPOCHS)], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.on('exit', (code) => {
        if (code !== 0) reject(new Error(`exit code ${code}`));
        else resolve(readFile(join(path, 'outcome.json'), 'utf8').then((text) => JSON.parse(text) as Outcome));
      });
    });
  }

  /** Runs, and is killed some milliseconds after training began; false when it was over by then. */
  function killed(program: string, path: string, after: number): Promise<boolean> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [program, path, String(EPOCHS)], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), after));
      child.on('exit', (_, signal) => resolve(signal === 'SIGKILL'));
    });
  }

  async function requireWholeFiles(path: string): Promise<void> {
    const names = await readdir(path).catch((): string[] => []);
    if (names.includes('model.safetensors')) await loadModel(join(path, 'model.safetensors'));
    if (!names.includes('training.safetensors')) return;
    const { metadata } = readSafetensors(new Uint8Array(await readFile(join(path, 'training.safetensors'))));
    expect(metadata['nabla-training']).toBeTypeOf('string');
  }
});
