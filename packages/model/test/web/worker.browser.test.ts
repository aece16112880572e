import { cpu } from '@nablajs/backend-cpu';
import { Dense, Dropout } from '@nablajs/layers';
import { EarlyStopping, History, Sequential } from '@nablajs/model';
import { fitInWorker, type ModelWorker, modelWorker } from '@nablajs/model/web';
import { Adam } from '@nablajs/optimizers';
import { BackendUnavailableError, ConfigError, fromData, NablaError, setBackend, setSeed } from '@nablajs/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';

const SAMPLES = 96;
let worker: ModelWorker;

function newWorker(file: string = './training.worker.ts'): Worker {
  return file === './training.worker.ts'
    ? new Worker(new URL('./training.worker.ts', import.meta.url), { type: 'module' })
    : new Worker(new URL('./silent.worker.ts', import.meta.url), { type: 'module' });
}

beforeAll(async () => {
  setBackend(await cpu());
  worker = await modelWorker(newWorker());
});

afterAll(() => worker.terminate());

function samples(): { x: Float32Array; y: Int32Array } {
  const x = Float32Array.from({ length: SAMPLES * 4 }, (_, i) => Math.sin(i * i));
  return { x, y: Int32Array.from({ length: SAMPLES }, (_, i) => Number(x[4 * i]! > x[4 * i + 1]!)) };
}

/** Shuffles, drops out, and has an optimizer with a memory: everything that must travel. */
function model(): Sequential {
  setSeed(11);
  const network = new Sequential([
    new Dense(8, { activation: 'relu' }),
    new Dropout(0.25),
    new Dense(2, { activation: 'softmax' }),
  ]);
  network.compile({ optimizer: new Adam(0.01), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return network;
}

async function bits(network: Sequential): Promise<number[][]> {
  const all = [...network.weights, ...network.optimizer.variables];
  return Promise.all(all.map(async ({ value }) => [...(await value.data())]));
}

test('what a worker trains is equal to the last bit to what the page would have trained, and goes on so', async () => {
  const { x, y } = samples();
  const inputs = fromData(x, [SAMPLES, 4]);
  const options = { epochs: 3, batchSize: 16, verbose: 0, validationSplit: 0.25 } as const;

  const here = model();
  const expected = await here.fit(inputs, y, options);
  const longer = model();
  await longer.fit(inputs, y, { ...options, epochs: 4 });
  const there = model();
  const history = await fitInWorker(worker, there, inputs, y, options);
  expect(history).toBeInstanceOf(History);
  expect(history.history).toEqual(expected.history);
  expect(await bits(there)).toEqual(await bits(here));
  expect(there.randomState).toEqual(here.randomState);

  await there.fit(inputs, y, { ...options, epochs: 4, initialEpoch: 3 });
  expect(await bits(there)).toEqual(await bits(longer));
});

test('callbacks hear of everything in order, and may end the training', async () => {
  const { x, y } = samples();
  const heard: string[] = [];
  const inputs = fromData(x, [SAMPLES, 4]);
  const stopping = new EarlyStopping({ monitor: 'loss', patience: 1, minDelta: 100, restoreBestWeights: true });
  const network = model();
  const history = await fitInWorker(worker, network, inputs, y, {
    epochs: 50,
    batchSize: 48,
    verbose: 0,
    syncEachEpoch: true,
    callbacks: [
      {
        setModel: (shown, plan) => void heard.push(`${shown === network} ${plan.epochs} ${plan.steps}`),
        onTrainBegin: () => void heard.push('begin'),
        onEpochBegin: (epoch) => void heard.push(`epoch ${epoch}`),
        onBatchEnd: async (batch, logs) => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          heard.push(`batch ${batch} ${Object.keys(logs)}`);
        },
        onEpochEnd: (epoch) => void heard.push(`end ${epoch}`),
        onTrainEnd: () => void heard.push('over'),
      },
      stopping,
    ],
  });
  const epoch = (n: number): string[] => [`epoch ${n}`, 'batch 0 loss,accuracy', 'batch 1 loss,accuracy', `end ${n}`];
  // The second epoch is no improvement of 100, and one is waited for.
  expect(heard).toEqual(['true 50 2', 'begin', ...epoch(0), ...epoch(1), 'over']);
  expect(history.epoch).toEqual([0, 1]);
  expect(stopping.stoppedEpoch).toBe(1);
});

test('the page goes on while the worker trains; an abort ends it, and what was learnt stays', async () => {
  const { x, y } = samples();
  const network = model();
  const inputs = fromData(x, [SAMPLES, 4]);
  network.build(inputs.spec);
  const before = await bits(network);
  const controller = new AbortController();
  let epochs = 0;
  let ticks = 0;
  const training = fitInWorker(worker, network, inputs, y, {
    epochs: 1_000_000,
    verbose: 0,
    signal: controller.signal,
    callbacks: [{ onEpochEnd: () => void epochs++ }],
  });
  const tick = (): void => {
    if (++ticks >= 40 && epochs >= 3) controller.abort(new Error('enough'));
    else setTimeout(tick, 1);
  };
  tick();
  await expect(training).rejects.toThrow('enough');
  expect((await bits(network))[0]).not.toEqual(before[0]);
  // The worker is free again.
  await fitInWorker(worker, network, inputs, y, { epochs: 1, verbose: 0 });
});

test('a model stays in the worker and answers while it trains', async () => {
  const { x, y } = samples();
  const network = model();
  const inputs = fromData(x, [SAMPLES, 4]);
  await network.fit(inputs, y, { epochs: 1, verbose: 0 });
  const remote = await worker.load(network);
  expect([...(await (await remote.predict(inputs)).data())]).toEqual([
    ...(await (await network.predict(inputs)).data()),
  ]);
  expect(await remote.evaluate(inputs, y)).toEqual(await network.evaluate(inputs, y));

  const controller = new AbortController();
  const training = remote.fit(inputs, y, { epochs: 1_000_000, verbose: 0, signal: controller.signal });
  expect((await remote.predict(inputs)).shape).toEqual([SAMPLES, 2]);
  controller.abort();
  await expect(training).rejects.toThrow(/abort/i);
  await remote.copyTo(network);
  expect([...(await (await remote.predict(inputs)).data())]).toEqual([
    ...(await (await network.predict(inputs)).data()),
  ]);
  const other = new Sequential([new Dense(3)]);
  other.build(inputs.spec);
  await expect(remote.copyTo(other)).rejects.toThrow(ConfigError);
  await remote.dispose();
  await expect(remote.predict(inputs)).rejects.toThrow(/disposed/);
});

test('arrays are moved when asked to, and copied otherwise', async () => {
  const { x } = samples();
  const network = new Sequential([new Dense(1)]);
  network.compile({ optimizer: 'sgd', loss: 'mse' });
  const y = new Float32Array(x.length);
  const options = { batchSize: 48, verbose: 0 } as const;
  await fitInWorker(worker, network, fromData(x, [x.length, 1]), y, options);
  expect(y.length).toBe(x.length);
  await fitInWorker(worker, network, fromData(x, [x.length, 1]), y, { ...options, move: true });
  expect(y.length).toBe(0);
});

test('errors come back as what they are', async () => {
  const { x } = samples();
  const inputs = fromData(x, [SAMPLES, 4]);
  const wrong = new Int32Array(SAMPLES).fill(7);
  await expect(fitInWorker(worker, model(), inputs, wrong, { verbose: 0 })).rejects.toThrow(ConfigError);
  await expect(fitInWorker(worker, model(), inputs, wrong, { verbose: 0 })).rejects.toThrow(/label 7/);
  const fault = fitInWorker(worker, model(), inputs, samples().y, {
    epochs: 1000,
    verbose: 0,
    callbacks: [
      {
        onEpochEnd: () => {
          throw new RangeError('a fault in the page');
        },
      },
    ],
  });
  await expect(fault).rejects.toThrow(RangeError);
  const odd = { classWeight: { 0: (() => 1) as unknown as number }, verbose: 0 } as const;
  await expect(fitInWorker(worker, model(), inputs, samples().y, odd)).rejects.toThrow(/cannot be sent/);
});

test('a worker that cannot help says why, and none is waited for forever', async () => {
  await expect(modelWorker(newWorker(), { backend: 'missing' })).rejects.toThrow(BackendUnavailableError);
  await expect(modelWorker(newWorker(), { backend: 'gpu' })).rejects.toThrow(/no backend 'gpu'. It has cpu, missing/);
  await expect(modelWorker(newWorker('silent'), { patience: 300 })).rejects.toThrow(/serveModels\(self\)/);
  await expect(modelWorker(new Worker('/no-such-worker.js'))).rejects.toThrow(NablaError);

  const doomed = await modelWorker(newWorker());
  const { x, y } = samples();
  const training = fitInWorker(doomed, model(), fromData(x, [SAMPLES, 4]), y, { epochs: 1_000_000, verbose: 0 });
  setTimeout(() => doomed.terminate(), 20);
  await expect(training).rejects.toThrow(/terminated/);
});
