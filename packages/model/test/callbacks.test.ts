import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@nablajs/backend-cpu';
import { Dense, Input } from '@nablajs/layers';
import { Adam, ASGD, LossScaleOptimizer, MultiOptimizer, type Optimizer, SGD } from '@nablajs/optimizers';
import { ConfigError, setBackend, setSeed } from '@nablajs/tensor';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Monitor } from '../src/callbacks/monitor.ts';
import {
  BackupAndRestore,
  type Callback,
  CSVLogger,
  EarlyStopping,
  LambdaCallback,
  LearningRateScheduler,
  loadModel,
  ModelCheckpoint,
  ReduceLROnPlateau,
  RemoteMonitor,
  Sequential,
  SwapEMAWeights,
  TensorBoard,
  TerminateOnNaN,
} from '../src/index.ts';
import { clouds } from './data.ts';

let folder: string;
beforeAll(async () => {
  setBackend(await cpu());
  folder = await mkdtemp(join(tmpdir(), 'nabla-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => setSeed(5));

const { x, oneHot } = clouds(12);
const quiet = { verbose: 0, batchSize: 6 } as const;

function model(optimizer: Optimizer = new SGD(0.1)): Sequential {
  const made = new Sequential([Input({ shape: [2] }), new Dense(3, { activation: 'softmax' })]);
  made.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return made;
}

/** A callback that feeds the others with numbers of its own: `value` of each epoch. */
function reporting(values: readonly number[]): Callback {
  return {
    onEpochEnd: (epoch, logs) => {
      logs['value'] = values[epoch]!;
    },
  };
}

async function epochsRun(values: readonly number[], stopping: EarlyStopping): Promise<number> {
  const callbacks = [reporting(values), stopping];
  return (await model().fit(x, oneHot, { ...quiet, epochs: values.length, callbacks })).epoch.length;
}

test('which metrics are better when they are larger', () => {
  const larger = [
    'valAccuracy',
    'auc',
    'f1Score',
    'meanIoU',
    'r2Score',
    'cohenKappa',
    'spearmanCorrelation',
    'kendallCorrelation',
    'exactMatch',
    'negativePredictiveValue',
    'criticalSuccessIndex',
    'generalizedDiceScore',
    'explainedVariance',
    'jaccardIndex',
    'labelRankingAveragePrecision',
    'logAUC',
    'specificity',
    'mcc',
  ];
  const smaller = [
    'loss',
    'valLoss',
    'meanSquaredError',
    'smape',
    'equalErrorRate',
    'calibrationError',
    'labelRankingLoss',
    'coverageError',
    'hausdorffDistance',
    'tweedieDevianceScore',
    'relativeSquaredError',
    'jensenShannonDivergence',
    'crps',
    'dice',
  ];
  const isLarger = (name: string): boolean => new Monitor('Test', name, 'auto').worst === Number.NEGATIVE_INFINITY;
  expect(larger.filter(isLarger)).toEqual(larger);
  expect(smaller.filter(isLarger)).toEqual([]);
});

describe('EarlyStopping', () => {
  // Each line worked out by hand after the rules of Keras.
  test.each<[string, object, readonly number[], number]>([
    ['waits no longer than patience', { patience: 2 }, [3, 2, 2, 2, 1, 0], 4],
    ['patience 0 stops at the first epoch without improvement', {}, [3, 2, 2, 1], 3],
    ['small changes are none', { minDelta: 0.5, patience: 1 }, [3, 2.8, 1, 0.9, 0], 2],
    ['larger is better for mode max', { mode: 'max', patience: 1 }, [1, 2, 3, 2, 9], 4],
    ['watches late', { startFromEpoch: 3, patience: 1 }, [1, 2, 3, 4, 5, 6], 5],
    ['getting better above the baseline is not enough', { baseline: 1.5, patience: 2 }, [3, 2.5, 2.6, 1, 0], 3],
  ])('%s', async (_, options, values, epochs) => {
    expect(await epochsRun(values, new EarlyStopping({ monitor: 'value', ...options }))).toBe(epochs);
  });

  test('puts back the weights of the best epoch', async () => {
    const made = model();
    const seen: unknown[] = [];
    const recorder: Callback = {
      onEpochEnd: async () => void seen.push(await made.weights[0]!.value.array()),
    };
    const stopping = new EarlyStopping({ monitor: 'value', patience: 2, restoreBestWeights: true });
    const callbacks = [reporting([3, 1, 2, 2, 2]), recorder, stopping];
    await made.fit(x, oneHot, { ...quiet, epochs: 5, callbacks });
    expect([stopping.bestEpoch, stopping.stoppedEpoch, stopping.best]).toEqual([1, 3, 1]);
    expect(await made.weights[0]!.value.array()).toEqual(seen[1]);
  });

  test('a number that is not reported: what there is, and what to do', async () => {
    const fit = (stopping: EarlyStopping): Promise<unknown> =>
      model().fit(x, oneHot, { ...quiet, callbacks: [stopping] });
    await expect(fit(new EarlyStopping())).rejects.toThrow(/no 'valLoss'.*loss, accuracy.*Pass validationData/s);
    await expect(fit(new EarlyStopping({ monitor: 'acuracy' }))).rejects.toThrow(/Did you mean 'accuracy'/);
    expect(() => new EarlyStopping({ mode: 'larger' as never })).toThrow(/mode must be/);
  });
});

describe('learning rates', () => {
  test('ReduceLROnPlateau waits, cools down, and stops at the minimum', async () => {
    const plateau = new ReduceLROnPlateau({
      monitor: 'value',
      factor: 0.1,
      patience: 2,
      cooldown: 1,
      minLearningRate: 0.002,
    });
    const values = [1, 1, 1, 1, 1, 1, 1, 1];
    const { history } = await model().fit(x, oneHot, { ...quiet, epochs: 8, callbacks: [reporting(values), plateau] });
    // Best at 0; waits 1, 2: reduced after epoch 2. Cooling in 3, which counts as the first of two again.
    const rates = history['learningRate']!.map((rate) => Number(rate.toPrecision(4)));
    expect(rates).toEqual([0.1, 0.1, 0.1, 0.01, 0.01, 0.002, 0.002, 0.002]);
    expect(() => new ReduceLROnPlateau({ factor: 1 })).toThrow(/between 0 and 1/);
  });

  test('LearningRateScheduler sets it from epoch and rate; nothing recompiles', async () => {
    const made = model();
    const halving = new LearningRateScheduler((epoch, rate) => (epoch === 0 ? 0.4 : rate / 2));
    const { history } = await made.fit(x, oneHot, { ...quiet, epochs: 3, callbacks: [halving] });
    expect(history['learningRate']!.map((rate) => Number(rate.toPrecision(4)))).toEqual([0.4, 0.2, 0.1]);
    expect(made.steps!.train.stats.traces).toBe(1);
    const broken = new LearningRateScheduler(() => Number.NaN);
    await expect(made.fit(x, oneHot, { ...quiet, callbacks: [broken] })).rejects.toThrow(/gave NaN for epoch 0/);
  });
});

test('TerminateOnNaN ends in the middle of an epoch', async () => {
  const watcher = new TerminateOnNaN();
  const made = new Sequential([Input({ shape: [1] }), new Dense(1, { kernelInitializer: 'ones' })]);
  made.compile({ optimizer: new SGD(1e30), loss: 'mse' });
  const data = Array.from({ length: 20 }, () => [1e10]);
  const { epoch } = await made.fit(data, [...data].fill([0]), {
    verbose: 0,
    batchSize: 2,
    epochs: 3,
    callbacks: [watcher],
  });
  expect(watcher.stoppedBatch).toBeGreaterThan(0);
  expect(watcher.stoppedBatch).toBeLessThan(9);
  expect(epoch).toEqual([0]);
});

describe('ModelCheckpoint', () => {
  test('fills in epoch and logs, and saves what loads', async () => {
    const made = model();
    const checkpoint = new ModelCheckpoint(join(folder, 'all', 'm-{epoch:02d}-{value:.2f}.safetensors'));
    await made.fit(x, oneHot, { ...quiet, epochs: 2, callbacks: [reporting([0.5, 0.25]), checkpoint] });
    expect(await readdir(join(folder, 'all'))).toEqual(['m-01-0.50.safetensors', 'm-02-0.25.safetensors']);
    const copy = await loadModel(checkpoint.lastSaved!);
    expect(await copy.evaluate(x, oneHot)).toEqual(await made.evaluate(x, oneHot));
    const bad = new ModelCheckpoint(join(folder, '{acuracy}.safetensors'));
    await expect(made.fit(x, oneHot, { ...quiet, callbacks: [bad] })).rejects.toThrow(/\{acuracy\}.*'accuracy'/s);
  });

  test('only the best, only the weights, every so many batches', async () => {
    const made = model();
    const best = new ModelCheckpoint(join(folder, 'best', '{epoch}.safetensors'), {
      monitor: 'value',
      saveBestOnly: true,
      saveWeightsOnly: true,
    });
    const often = new ModelCheckpoint(join(folder, 'often', '{epoch}-{batch}.safetensors'), { saveFreq: 3 });
    const callbacks = [reporting([3, 4, 2, 2.5]), best, often];
    await made.fit(x, oneHot, { ...quiet, batchSize: 4, epochs: 4, callbacks });
    expect(await readdir(join(folder, 'best'))).toEqual(['1.safetensors', '3.safetensors']);
    expect(await readdir(join(folder, 'often'))).toEqual([
      '1-3.safetensors',
      '2-3.safetensors',
      '3-3.safetensors',
      '4-3.safetensors',
    ]);
    const other = model();
    const { loaded } = await other.loadWeights(join(folder, 'best', '3.safetensors'));
    expect(loaded).toEqual(['dense/kernel', 'dense/bias']);
    expect(() => new ModelCheckpoint('x', { saveFreq: 0 })).toThrow(/saveFreq must be/);
  });
});

describe('CSVLogger', () => {
  const columns = async (path: string): Promise<string[][]> =>
    (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(';'));

  test('a line per epoch, and more lines when it goes on', async () => {
    const path = join(folder, 'logs', 'log.csv');
    const options = { ...quiet, epochs: 2 };
    const { history } = await model().fit(x, oneHot, {
      ...options,
      callbacks: [new CSVLogger(path, { separator: ';' })],
    });
    const lines = await columns(path);
    expect(lines[0]).toEqual(['epoch', 'loss', 'accuracy']);
    expect(lines.slice(1).map((line) => Number(line[1]))).toEqual(history['loss']);
    const more = new CSVLogger(path, { separator: ';', append: true });
    await model().fit(x, oneHot, { ...options, initialEpoch: 1, callbacks: [more] });
    expect((await columns(path)).map(([epoch]) => epoch)).toEqual(['epoch', '0', '1', '1']);
    await model().fit(x, oneHot, { ...options, callbacks: [new CSVLogger(path)] });
    expect(await columns(path)).toHaveLength(3);
  });

  test('numbers that come now and then have a place when they are there at first', async () => {
    const path = join(folder, 'now-and-then.csv');
    const validation = { validationData: [x, oneHot] as const, validationFreq: [1, 3] };
    const logger = new CSVLogger(path, { separator: ';' });
    await model().fit(x, oneHot, { ...quiet, ...validation, epochs: 3, callbacks: [logger] });
    const lines = await columns(path);
    expect(lines[0]).toEqual(['epoch', 'loss', 'accuracy', 'valLoss', 'valAccuracy']);
    expect(lines.map((line) => line[3] !== '')).toEqual([true, true, false, true]);
  });
});

test('LambdaCallback is made of functions', async () => {
  const seen: string[] = [];
  const callback = new LambdaCallback({
    onTrainBegin: () => void seen.push('train'),
    onBatchBegin: (batch) => void seen.push(`batch ${batch}`),
    onTestBegin: () => void seen.push('test'),
    onTestEnd: ({ loss }) => void seen.push(typeof loss),
    onEpochEnd: (epoch) => void seen.push(`epoch ${epoch}`),
  });
  await model().fit(x, oneHot, { ...quiet, validationData: [x, oneHot], callbacks: [callback] });
  expect(seen).toEqual(['train', 'batch 0', 'batch 1', 'test', 'number', 'epoch 0']);
});

describe('SwapEMAWeights', () => {
  const ema = (): SGD => new SGD(0.5, { useEma: true, emaMomentum: 0.9 });
  test.each<[string, () => Optimizer]>([
    ['itself', ema],
    ['inside of a LossScaleOptimizer', () => new LossScaleOptimizer(ema())],
    ['as the default of a MultiOptimizer', () => new MultiOptimizer(ema(), { bias: new SGD(0.1) })],
    ['beside the default of a MultiOptimizer', () => new MultiOptimizer(new SGD(0.1), { kernel: ema() })],
    ['deep inside', () => new LossScaleOptimizer(new MultiOptimizer(new SGD(0.1), { kernel: ema() }))],
  ])('validates with the averages of an optimizer %s, trains on with the weights', async (_, averaging) => {
    const [plain, swapped] = [model(averaging()), model(averaging())];
    swapped.setWeights(await plain.getWeights());
    const options = { ...quiet, epochs: 2, shuffle: false, validationData: [x, oneHot] as const };
    const seen: number[] = [];
    const spy: Callback = {
      onEpochEnd: async () => {
        // The averages as they are, put into a model of their own.
        const other = model();
        other.setWeights(plain.weights.map((weight) => (plain.optimizer.averageOf(weight) ?? weight).value));
        seen.push((await other.evaluate(x, oneHot))['loss']!);
      },
    };
    const first = await plain.fit(x, oneHot, { ...options, callbacks: [spy] });
    const second = await swapped.fit(x, oneHot, { ...options, callbacks: [new SwapEMAWeights()] });
    expect(second.history['loss']).toEqual(first.history['loss']);
    expect(second.history['valLoss']).not.toEqual(first.history['valLoss']);
    for (const [i, loss] of seen.entries()) expect(second.history['valLoss']![i]).toBeCloseTo(loss, 5);
    // fit puts the averages in place at the end, as Keras does.
    const final = (await swapped.evaluate(x, oneHot))['loss']!;
    expect(final).toBeCloseTo(seen[1]!, 5);
    const without = model().fit(x, oneHot, { ...quiet, callbacks: [new SwapEMAWeights()] });
    await expect(without).rejects.toThrow(/useEma: true/);
  });

  test.each<[string, () => Optimizer]>([
    ['itself', () => new ASGD(0.5, { averageFrom: 0 })],
    [
      'inside of others',
      () => new LossScaleOptimizer(new MultiOptimizer(new SGD(0.1), { dense: new ASGD(0.5, { averageFrom: 0 }) })),
    ],
  ])('validates with the mean of ASGD %s, and leaves the weights in place', async (_, averaging) => {
    const [plain, swapped] = [model(averaging()), model(averaging())];
    swapped.setWeights(await plain.getWeights());
    const options = { ...quiet, epochs: 2, shuffle: false, validationData: [x, oneHot] as const };
    const first = await plain.fit(x, oneHot, options);
    const second = await swapped.fit(x, oneHot, { ...options, callbacks: [new SwapEMAWeights()] });
    expect(second.history['loss']).toEqual(first.history['loss']);
    const means = model();
    means.setWeights(plain.weights.map((weight) => plain.optimizer.averageOf(weight)!.value));
    const loss = (await means.evaluate(x, oneHot))['loss']!;
    expect(second.history['valLoss']!.at(-1)).toBeCloseTo(loss, 5);
    expect(first.history['valLoss']!.at(-1)).not.toBeCloseTo(loss, 3);
    expect((await swapped.evaluate(x, oneHot))['loss']).toBeCloseTo(first.history['valLoss']!.at(-1)!, 5);
  });
});

test('RemoteMonitor posts the logs, and bears a server that is not there', async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk: Uint8Array) => bodies.push(`${request.url} ${String(chunk)}`));
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const root = `http://localhost:${(server.address() as AddressInfo).port}`;
  const callbacks = [new RemoteMonitor({ root }), new RemoteMonitor({ root, path: '/json', sendAsJson: true })];
  const { history } = await model().fit(x, oneHot, { ...quiet, callbacks });
  await new Promise((resolve) => server.close(resolve));
  const expected = { epoch: 0, loss: history['loss']![0], accuracy: history['accuracy']![0] };
  const [form, json] = bodies as [string, string];
  expect(JSON.parse(new URLSearchParams(form.split(' ')[1]).get('data')!)).toEqual(expected);
  expect([json.split(' ')[0], JSON.parse(json.split(' ')[1]!)]).toEqual(['/json', expected]);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  await model().fit(x, oneHot, { ...quiet, epochs: 2, callbacks: [new RemoteMonitor({ root })] });
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});

describe('weights', () => {
  test('by name where both have it, others left; in order where no name is known', async () => {
    const path = join(folder, 'w.safetensors');
    const source = new Sequential([
      Input({ shape: [2] }),
      new Dense(4, { name: 'base' }),
      new Dense(3, { name: 'head' }),
    ]);
    await source.saveWeights(path);
    const other = new Sequential([
      Input({ shape: [2] }),
      new Dense(4, { name: 'base' }),
      new Dense(2, { name: 'head' }),
    ]);
    await expect(other.loadWeights(path)).rejects.toThrow(
      /'head\/kernel' is float32\[4, 2\] in the model but float32\[4, 3\]/,
    );
    await expect(other.loadWeights(path, { byName: true })).rejects.toThrow(/head\/kernel/);
    const report = await other.loadWeights(path, { byName: true, skipMismatch: true });
    expect(report).toEqual({ loaded: ['base/kernel', 'base/bias'], skipped: ['head/kernel', 'head/bias'] });
    expect((await other.getWeights())[0]!.shape).toEqual([2, 4]);
    expect(await other.weights[0]!.value.array()).toEqual(await source.weights[0]!.value.array());
    const renamed = new Sequential([Input({ shape: [2] }), new Dense(4, { name: 'a' }), new Dense(3, { name: 'b' })]);
    await renamed.loadWeights(path);
    expect(await (await renamed.predict(x)).array()).toEqual(await (await source.predict(x)).array());
    const fewer = new Sequential([Input({ shape: [2] }), new Dense(4, { name: 'c' })]);
    await expect(fewer.loadWeights(path)).rejects.toThrow(/has 4 weights, the model 2, and none of the same name/);
    await expect(fewer.loadWeights(path, { byName: true })).rejects.toThrow(/none of the weights/);
    await expect(new Sequential([new Dense(1)]).loadWeights(path)).rejects.toThrow(/no weights to load into yet/);
    await writeFile(path, 'nonsense');
    await expect(fewer.loadWeights(path)).rejects.toThrow(/not a valid safetensors file/);
  });

  test('a whole model’s file will do, and setWeights checks before it sets', async () => {
    const trained = model(new Adam(0.1));
    await trained.fit(x, oneHot, quiet);
    const fresh = model();
    await fresh.loadWeights(await trained.toBytes());
    expect(await fresh.weights[1]!.value.array()).toEqual(await trained.weights[1]!.value.array());
    const before = await fresh.weights[0]!.value.array();
    expect(() =>
      fresh.setWeights([
        [
          [1, 1, 1],
          [1, 1, 1],
        ],
        [1, 2],
      ]),
    ).toThrow(/'dense\/bias' is \[3\], got \[2\]/);
    expect(() => fresh.setWeights([[1]])).toThrow(/has 2 weights, got 1/);
    expect(await fresh.weights[0]!.value.array()).toEqual(before);
  });
});

test('where there are no files, as in browsers, callbacks that write some say so at once', () => {
  vi.stubGlobal('process', undefined);
  try {
    for (const make of [
      () => new ModelCheckpoint('m.safetensors'),
      () => new BackupAndRestore('backup'),
      () => new CSVLogger('log.csv'),
      () => new TensorBoard(),
    ]) {
      expect(make).toThrow(ConfigError);
      expect(make).toThrow(/this host has no file system\. \w+ writes files, so it works in Node only/);
    }
  } finally {
    vi.unstubAllGlobals();
  }
});
