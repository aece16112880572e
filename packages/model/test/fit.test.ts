import { cpu } from '@nablajs/backend-cpu';
import { Dataset } from '@nablajs/data';
import { Dense, Input } from '@nablajs/layers';
import { SGD } from '@nablajs/optimizers';
import { fromData, getBackend, setBackend, setSeed, tensor } from '@nablajs/tensor';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EarlyStopping, type Logs, Sequential } from '../src/index.ts';
import { clouds } from './data.ts';

beforeAll(async () => setBackend(await cpu()));
beforeEach(() => setSeed(3));

const { x, oneHot, labels } = clouds(90);
const quiet = { verbose: 0 } as const;

function classifier(): Sequential {
  const model = new Sequential([new Dense(8, { activation: 'relu' }), new Dense(3, { activation: 'softmax' })]);
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

describe('fit', () => {
  test('learns to separate three clouds', async () => {
    const model = classifier();
    const { history } = await model.fit(x, oneHot, { ...quiet, epochs: 60, batchSize: 16 });
    expect(history['accuracy']!.at(-1)).toBeGreaterThan(0.95);
    expect(history['loss']!.at(-1)).toBeLessThan(history['loss']![0]!);
    const scores = await model.evaluate(x, oneHot);
    expect(scores['accuracy']).toBeGreaterThan(0.95);
  });

  test('one step of gradient descent is the one computed by hand', async () => {
    // y = 2x with w = 0: loss mean (2x)^2, dL/dw = mean(2 * (0 - 2x) * x) = -4 mean(x^2) = -4 * 14/3.
    const model = new Sequential([new Dense(1, { useBias: false, kernelInitializer: 'zeros' })]);
    model.compile({ optimizer: new SGD({ learningRate: 0.01 }), loss: 'mse' });
    const { history } = await model.fit([[1], [2], [3]], [[2], [4], [6]], { ...quiet, shuffle: false });
    expect(history['loss']![0]).toBeCloseTo((4 + 16 + 36) / 3, 4);
    expect(await model.weights[0]!.value.reshape([]).item()).toBeCloseTo(0.01 * 4 * (14 / 3), 6);
  });

  test('the reported loss is exact over samples, not over batches', async () => {
    // Frozen weights: the same loss for any batch size, although the last batch is smaller.
    const model = classifier();
    model.build({ shape: [1, 2], dtype: 'float32' });
    model.trainable = false;
    const seven = await model.evaluate(x, oneHot, { batchSize: 7 });
    const all = await model.evaluate(x, oneHot, { batchSize: 90 });
    expect(seven['loss']).toBeCloseTo(all['loss']!, 5);
    expect(seven['accuracy']).toBe(all['accuracy']);
  });

  test('takes tensors, typed arrays, nested arrays and datasets alike', async () => {
    const flat = Float32Array.from(x.flat());
    const inputs = [x, tensor(x), fromData(flat, [90, 2])];
    const losses: number[] = [];
    for (const input of inputs) {
      setSeed(3);
      const { history } = await classifier().fit(input, oneHot, { ...quiet, batchSize: 30 });
      losses.push(history['loss']![0]!);
    }
    setSeed(3);
    const dataset = Dataset.from({ x, y: oneHot }).shuffle().batch(30);
    losses.push((await classifier().fit(dataset, quiet)).history['loss']![0]!);
    expect(new Set(losses).size).toBe(1);
  });

  test('validation: data, split, and history names', async () => {
    const model = classifier();
    const { history } = await model.fit(x, oneHot, { ...quiet, epochs: 2, validationSplit: 0.2 });
    expect(Object.keys(history)).toEqual(['loss', 'accuracy', 'valLoss', 'valAccuracy']);
    const held = await model.evaluate(x.slice(72), oneHot.slice(72));
    expect(held['loss']).toBeCloseTo(history['valLoss']![1]!, 6);
  });

  test('sparse labels, class weights and sample weights', async () => {
    const fit = async (extra: object): Promise<number> => {
      setSeed(5);
      const model = new Sequential([new Dense(3, { activation: 'softmax' })]);
      model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: 'sparseCategoricalCrossentropy' });
      return (await model.fit(x, labels, { ...quiet, ...extra })).history['loss']![0]!;
    };
    const plain = await fit({});
    expect(await fit({ classWeight: { 0: 2, 1: 2, 2: 2 } })).toBeCloseTo(2 * plain, 4);
    expect(await fit({ sampleWeight: new Float32Array(90).fill(0.5) })).toBeCloseTo(0.5 * plain, 4);
  });

  test('early stopping ends the training and puts the best weights back', async () => {
    const model = new Sequential([new Dense(3, { activation: 'softmax' })]);
    // A learning rate far too high: the first epochs are the best.
    model.compile({ optimizer: new SGD({ learningRate: 1 }), loss: 'categoricalCrossentropy' });
    const seen: number[] = [];
    const stopping = new EarlyStopping({ monitor: 'loss', patience: 2, minDelta: 100, restoreBestWeights: true });
    const recorder = { onEpochEnd: (_: number, logs: Logs): void => void seen.push(logs['loss']!) };
    await model.fit(x, oneHot, { ...quiet, epochs: 50, callbacks: [recorder, stopping] });
    expect(seen.length).toBeLessThan(50);
    expect(stopping.stoppedEpoch).toBe(seen.length - 1);
  });

  test('an abort signal ends the training with its reason', async () => {
    const controller = new AbortController();
    const model = classifier();
    const callback = {
      onBatchEnd: (batch: number): void => void (batch === 1 && controller.abort(new Error('enough'))),
    };
    await expect(
      model.fit(x, oneHot, { ...quiet, epochs: 5, batchSize: 10, callbacks: [callback], signal: controller.signal }),
    ).rejects.toThrow('enough');
  });

  test('a frozen layer stays as it is, bit for bit', async () => {
    const model = classifier();
    model.build({ shape: [1, 2], dtype: 'float32' });
    model.layers[0]!.trainable = false;
    const before = await model.layers[0]!.weights[0]!.value.data();
    await model.fit(x, oneHot, { ...quiet, epochs: 3 });
    expect(await model.layers[0]!.weights[0]!.value.data()).toEqual(before);
  });
});

describe('resources', () => {
  // The process as a whole is measured apart from a test runner, by scripts/check-memory.mjs.
  function heap(): number {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  }

  test('10,000 steps: two traces, constant live buffers, flat memory', async () => {
    const model = new Sequential([new Dense(4, { activation: 'relu' }), new Dense(3, { activation: 'softmax' })]);
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    // 90 samples in batches of 20: four full ones and one of 10, so 5 steps an epoch.
    const options = { ...quiet, batchSize: 20 } as const;
    await model.fit(x, oneHot, { ...options, epochs: 100 });
    const buffers = getBackend().memory().buffers;
    const before = heap();
    await model.fit(x, oneHot, { ...options, epochs: 2000, initialEpoch: 100 });
    expect(model.steps!.train.stats.traces).toBe(2);
    expect(model.steps!.train.stats.runs).toBe(10_000);
    expect(getBackend().memory().buffers).toBeLessThanOrEqual(buffers);
    expect(heap() - before).toBeLessThan(4 * 2 ** 20);
  });
});

describe('summary', () => {
  test('counts parameters and FLOPs', () => {
    const model = new Sequential([Input({ shape: [4] }), new Dense(3), new Dense(2), new Dense(3)]);
    expect(model.countParams()).toBe(32);
    // Matrix products 2*(4*3 + 3*2 + 2*3) and bias additions 3 + 2 + 3.
    expect(model.flops().total).toBe(48 + 8);
    expect(model.summary()).toContain('Total params: 32');
  });
});

test('epochs of one batch let the event loop turn, too', async () => {
  const model = new Sequential([new Dense(1)]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('time is up')), 20);
  const endless = { ...quiet, epochs: 1_000_000, signal: controller.signal };
  await expect(model.fit([[1], [2]], [[2], [4]], endless)).rejects.toThrow('time is up');
});
