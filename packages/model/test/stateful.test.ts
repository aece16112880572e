// A recurrent layer that adds up all it has ever seen: h' = x + h, kept from batch to batch.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@nablajs/backend-cpu';
import { Dense, Input, LSTM, SimpleRNN } from '@nablajs/layers';
import { setBackend, setSeed, tensor } from '@nablajs/tensor';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { BackupAndRestore, type Callback, modelFromBytes, Sequential } from '../src/index.ts';

beforeAll(async () => setBackend(await cpu({ threads: 1 })));
beforeEach(() => setSeed(1));

const sums = (): Sequential =>
  new Sequential([
    Input({ shape: [2, 1] }),
    new SimpleRNN(1, {
      stateful: true,
      activation: 'linear',
      kernelInitializer: 'ones',
      recurrentInitializer: 'ones',
      name: 'sums',
    }),
  ]);

// Two sequences of six numbers in batches of two steps: rows of a batch go on where those of the last one ended.
const x = tensor([[[1], [2]], [[10], [20]], [[3], [4]], [[30], [40]], [[5], [6]], [[50], [60]]]); // biome-ignore format: a matrix
const SUMS = [3, 30, 10, 100, 21, 210];

test('predict goes on from batch to batch, and from call to call, until the states are reset', async () => {
  const model = sums();
  const predicted = async (): Promise<number[]> => [...(await (await model.predict(x, { batchSize: 2 })).data())];
  expect(await predicted()).toEqual(SUMS);
  expect(await predicted()).toEqual(SUMS.map((sum, i) => sum + (i % 2 === 0 ? 21 : 210)));
  model.resetStates();
  expect(await predicted()).toEqual(SUMS);
  await expect(model.predict(x, { batchSize: 4 })).rejects.toThrow(
    'in "sums" (SimpleRNN): is stateful and keeps states [2, 1], of a batch of 2, got a batch of 4.',
  );
});

test('evaluate and the steps of fit go on as well', async () => {
  const model = sums();
  model.compile({ optimizer: 'sgd', loss: 'mae' });
  const truth = tensor(SUMS.map((sum) => [sum]));
  expect((await model.evaluate(x, truth, { batchSize: 2 })).loss).toBe(0);
  model.resetStates();
  // The gradient of an error of zero is zero: the weights stay.
  const { history } = await model.fit(x, truth, { batchSize: 2, shuffle: false, verbose: 0 });
  expect(history.loss).toEqual([0]);
  const [, second] = (await model.fit(x, truth, { batchSize: 2, shuffle: false, verbose: 0, epochs: 2 })).history.loss!;
  expect(second).toBeGreaterThan(100);
});

test('a saved model is stateful, and begins with zeros', async () => {
  const model = sums();
  await model.predict(x, { batchSize: 2 });
  const back = await modelFromBytes(await model.toBytes());
  expect([...(await (await back.predict(x, { batchSize: 2 })).data())]).toEqual(SUMS);
});

test('states are in backups: a training that is resumed in the middle of an epoch ends as if it had not stopped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nabla-'));
  const train = async (...callbacks: Callback[]): Promise<unknown> => {
    setSeed(2);
    const model = new Sequential([Input({ shape: [2, 1] }), new LSTM(3, { stateful: true }), new Dense(1)]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    const y = tensor(SUMS.map((sum) => [sum / 100]));
    const { history } = await model.fit(x.mul(0.1), y, {
      batchSize: 2,
      epochs: 3,
      shuffle: false,
      verbose: 0,
      callbacks,
    });
    return [history, await Promise.all(model.weights.map(({ value }) => value.array()))];
  };
  const whole = await train();
  let left = 5;
  const crash: Callback = {
    onBatchEnd: () => {
      if (--left === 0) throw new Error('crash');
    },
  };
  await expect(train(new BackupAndRestore(folder, { saveFreq: 1 }), crash)).rejects.toThrow('crash');
  expect(await train(new BackupAndRestore(folder, { saveFreq: 1 }))).toEqual(whole);
  await rm(folder, { recursive: true });
});
