import { cpu } from '@nablajs/backend-cpu';
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import { tfjs } from '@nablajs/backend-tfjs';
import { BatchNormalization, Concatenate, Dense, Dropout, Input, Lambda } from '@nablajs/layers';
import { CTC } from '@nablajs/losses';
import {
  type AnyModel,
  type CompileModelOptions,
  checksumOf,
  Model,
  readSafetensors,
  Sequential,
  writeSafetensors,
} from '@nablajs/model';
import { Adam, ExponentialDecay, SGD } from '@nablajs/optimizers';
import { fromData, NablaError, setBackend, setSeed, type Tensor } from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exportPredictor, exportTrainer, loadPredictor, loadTrainer } from '../src/index.ts';

const backend = await cpu({ threads: 1 });

beforeAll(() => setBackend(backend));
beforeEach(() => setSeed(3));

/** Draws, statistics and slots: everything that a step may change. */
function net(options: CompileModelOptions = {}): AnyModel {
  const model = new Sequential([
    Input({ shape: [3] }),
    new Dense(6, { activation: 'tanh' }),
    new BatchNormalization(),
    new Dropout(0.25),
    new Dense(2, { activation: 'softmax' }),
  ]) as unknown as AnyModel;
  model.compile({
    optimizer: new Adam(0.01),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    ...options,
  });
  return model;
}

const X = Float32Array.from({ length: 36 }, (_, i) => Math.sin(i * 2.3));
const Y = Int32Array.from({ length: 12 }, (_, i) => i % 2);

async function refused(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NablaError);
  return String(error);
}

/** What is changed in forged files. */
interface Forgeable {
  version: number;
  readonly states: { name: string; shape: readonly number[] }[];
  readonly train: { readonly feeds: number[]; readonly updates: number[] };
  readonly trainReport: { names: string[] };
}

describe('a training as a file', () => {
  test('goes on from what was saved to the same bits', async () => {
    const whole = await loadTrainer(await exportTrainer(net()));
    const first = await loadTrainer(await whole.save());
    const { history } = await whole.fit(X, Y, { epochs: 4, batchSize: 5 });
    const before = await first.fit(X, Y, { epochs: 2, batchSize: 5 });
    const second = await loadTrainer(await first.save());
    const after = await second.fit(X, Y, { epochs: 2, batchSize: 5 });
    expect([...before.history['loss']!, ...after.history['loss']!]).toEqual(history['loss']);
    expect(await second.save()).toEqual(await whole.save());
  });

  test('gives its weights back to the model, and to predictors', async () => {
    const model = net();
    const trainer = await loadTrainer(await exportTrainer(model));
    await trainer.fit(X, Y, { epochs: 2 });
    const file = await trainer.save();
    await model.loadWeights(file);
    const expected = await ((await model.predict(fromData(X, [12, 3]))) as Tensor).data();
    const small = await trainer.toPredictor();
    expect(small.length).toBeLessThan(file.length / 2);
    const predictors = [trainer, await loadPredictor(file), await loadPredictor(small)];
    for (const each of predictors) expect((await each.predict(X)).data).toEqual(expected);
    const weights = await trainer.weights();
    expect(Object.keys(weights)).toEqual(model.weights.map(({ name }) => name));
    expect(weights['dense/kernel']!.data).toEqual(await model.weights[0]!.value.data());
  });

  test('a step is one of trainOnBatch', async () => {
    const model = net();
    const trainer = await loadTrainer(await exportTrainer(model));
    for (const size of [4, 12]) {
      const [x, y] = [X.subarray(0, size * 3), Y.subarray(0, size)];
      expect(await trainer.step(x, y)).toEqual(
        await model.trainOnBatch(fromData(x.slice(), [size, 3]), fromData(y.slice(), [size])),
      );
    }
  });

  test('several inputs and outputs, by name', async () => {
    const [a, b] = [Input({ shape: [2], name: 'a' }), Input({ shape: [1], name: 'b' })];
    const both = new Concatenate().apply([a, b]);
    const kind = new Dense(3, { activation: 'softmax', name: 'kind' }).apply(both);
    const size = new Dense(1, { name: 'size' }).apply(both);
    const model = new Model({ inputs: { a, b }, outputs: { kind, size } });
    model.compile({ optimizer: 'sgd', loss: { kind: 'sparseCategoricalCrossentropy', size: 'mae' } });
    const trainer = await loadTrainer(await exportTrainer(model as unknown as AnyModel));
    expect(trainer.targets).toEqual([
      { name: 'kind', dtype: 'int32', shape: [], classes: 3 },
      { name: 'size', dtype: 'float32', shape: [1] },
    ]);
    const [x, y] = [
      { a: [1, 2, 3, 4], b: [5, 6] },
      { kind: [2, 0], size: [0.5, 1] },
    ];
    const expected = await model.fit(
      {
        a: [
          [1, 2],
          [3, 4],
        ],
        b: [[5], [6]],
      },
      { kind: fromData(Int32Array.of(2, 0)), size: [[0.5], [1]] },
      { epochs: 3, verbose: 0 },
    );
    expect((await trainer.fit(x, y, { epochs: 3 })).history).toEqual(expected.history);
    expect(Object.keys(await trainer.run(x))).toEqual(['kind', 'size']);
  });

  test('of a step of its own, with frozen layers and penalties alone', async () => {
    class Quiet extends Sequential {
      override trainStep(batch: Parameters<Sequential['trainStep']>[0]): ReturnType<Sequential['trainStep']> {
        super.trainStep(batch);
        return { largest: this.weights.at(-2)!.value.abs().max() };
      }
    }
    const model = new Quiet([
      Input({ shape: [3] }),
      new Dense(4, { trainable: false }),
      new Dense(1, { kernelRegularizer: 'l2' }),
    ]);
    model.compile({ optimizer: 'sgd' });
    const trainer = await loadTrainer(await exportTrainer(model as unknown as AnyModel));
    expect(trainer.targets).toEqual([]);
    const { history } = await model.fit(fromData(X, [12, 3]), undefined, { epochs: 2, verbose: 0 });
    expect((await trainer.fit(X, undefined, { epochs: 2 })).history).toEqual(history);
    expect(history['largest']).toHaveLength(2);
  });

  test.each([
    ['onnxruntime', () => onnxruntime({ threads: 1 })],
    ['tfjs-cpu', () => tfjs({ engine: 'cpu' })],
  ])('on %s', async (_, open) => {
    const other = await open();
    setBackend(other);
    const model = net();
    const trainer = await loadTrainer(await exportTrainer(model));
    const expected = await model.fit(fromData(X, [12, 3]), fromData(Y, [12]), { epochs: 2, batchSize: 5, verbose: 0 });
    const { history } = await trainer.fit(X, Y, { epochs: 2, batchSize: 5 });
    for (const [i, loss] of history['loss']!.entries()) expect(loss).toBeCloseTo(expected.history['loss']![i]!, 5);
    trainer.dispose();
    setBackend(backend);
    await other.dispose();
  });
});

describe('while it trains', () => {
  test('the learning rate is set at any time', async () => {
    const model = new Sequential([Input({ shape: [1] }), new Dense(1, { useBias: false, kernelInitializer: 'ones' })]);
    model.compile({ optimizer: new SGD(0.5), loss: 'mse' });
    const trainer = await loadTrainer(await exportTrainer(model as unknown as AnyModel));
    const kernel = async (): Promise<number> => (await trainer.weights())['dense/kernel']!.data[0]!;
    // The loss (w x - y)² at x = 1, y = 0 has the slope 2 w.
    expect(await trainer.step([1], [0])).toEqual({ loss: 1 });
    expect(await kernel()).toBe(0);
    expect(await trainer.step([1], [1])).toEqual({ loss: 1 });
    expect(await kernel()).toBe(1);
    trainer.learningRate = 0.25;
    await trainer.step([1], [0]);
    expect(await kernel()).toBe(0.5);
    expect((await loadTrainer(await trainer.save())).learningRate).toBe(0.25);
    expect(() => Object.assign(trainer, { learningRate: Number.NaN })).toThrow('learningRate must be a finite number');
  });

  test('a schedule goes on', async () => {
    const trainer = await loadTrainer(
      await exportTrainer(net({ optimizer: new SGD(new ExponentialDecay(0.5, 1, 0.5)) })),
    );
    await trainer.step(X, Y);
    await trainer.step(X, Y);
    expect(trainer.learningRate).toBe(0.25);
    expect(() => Object.assign(trainer, { learningRate: 1 })).toThrow('follows a schedule');
  });

  test('epochs are reported, validated, and ended; predictions may be asked for meanwhile', async () => {
    const trainer = await loadTrainer(await exportTrainer(net()));
    const seen: string[] = [];
    const { history } = await trainer.fit(X, Y, {
      epochs: 9,
      validationData: [X, Y],
      onEpoch: async (epoch, logs) => {
        seen.push(`${epoch} ${Object.keys(logs)} ${(await trainer.predict(X)).shape}`);
        expect(await refused(trainer.step(X, Y))).toContain('fit is running');
        return epoch < 1;
      },
    });
    expect(seen).toEqual(['0', '1'].map((epoch) => `${epoch} loss,accuracy,valLoss,valAccuracy 12,2`));
    expect(history['valLoss']).toHaveLength(2);
    expect((await trainer.evaluate(X, Y))['loss']).toBe(history['valLoss']![1]);
    const controller = new AbortController();
    const ended = trainer.fit(X, Y, { signal: controller.signal, epochs: 99, onEpoch: () => controller.abort() });
    expect(await ended.catch((error: Error) => error.name)).toBe('AbortError');
  });

  test('nothing piles up on the backend, and nothing stays after dispose', async () => {
    // A backend that nothing else uses: what the collector frees meanwhile does not count.
    const own = await cpu({ threads: 1 });
    const trainer = await loadTrainer(await exportTrainer(net()), { backend: own });
    await trainer.fit(X, Y, { batchSize: 5 });
    const { buffers } = own.memory();
    await trainer.fit(X, Y, { epochs: 3, batchSize: 5 });
    await trainer.evaluate(X, Y);
    await trainer.predict(X);
    expect(own.memory().buffers).toBe(buffers);
    trainer.dispose();
    expect(own.memory().buffers).toBe(0);
    expect(await refused(trainer.step(X, Y))).toContain('was disposed');
    expect(await refused(trainer.save())).toContain('was disposed');
  });

  test('batches of one size, where the step computes with it', async () => {
    const layers = (): ConstructorParameters<typeof Sequential>[0] => [
      Input({ shape: [3] }),
      new Lambda((x: Tensor) => x.mul(x.shape[0]! ** 2)),
      new Dense(2),
    ];
    const model = new Sequential(layers()) as unknown as AnyModel;
    model.compile({ loss: 'mse' });
    expect(await refused(exportTrainer(model))).toContain('exportTrainer(model, { batchSize: 1 })');
    const trainer = await loadTrainer(await exportTrainer(model, { batchSize: 4 }));
    const y = Float32Array.from({ length: 24 }, (_, i) => i / 24);
    expect((await trainer.fit(X, y)).history['loss']).toHaveLength(1);
    expect(await refused(trainer.step(X, y))).toContain('batches of exactly 4');
    expect(await refused(trainer.fit(X.subarray(6), y.subarray(4)))).toContain("batchSize 'any'");
  });
});

describe('what does not fit is refused, with the way out', () => {
  test.each<[string, () => AnyModel, string]>([
    [
      'a model that was not compiled',
      () => new Sequential([Input({ shape: [1] }), new Dense(1)]) as unknown as AnyModel,
      'was not compiled',
    ],
    [
      'a model that does not know its input',
      () => {
        const model = new Sequential([new Dense(1)]);
        model.compile({ loss: 'mse' });
        return model as unknown as AnyModel;
      },
      'does not know its input yet',
    ],
    ['a metric on the host', () => net({ metrics: ['auc'] }), "metric 'auc' (AUC) needs all predictions on the host"],
    ['averaged weights', () => net({ optimizer: new SGD({ useEma: true }) }), 'useEma: false'],
    ['half precision', () => net({ precision: 'mixedFloat16' }), "precision: 'float32'"],
    ['targets of no known shape', () => net({ loss: new CTC(), metrics: [] }), "targets: { 'dense_1'"],
  ])('%s', async (_, make, message) => {
    expect(await refused(exportTrainer(make()))).toContain(message);
  });

  test('data', async () => {
    const trainer = await loadTrainer(await exportTrainer(net()));
    const messages = [
      trainer.step(X.subarray(1), Y),
      trainer.step(X, Y.subarray(1)),
      trainer.step(X, [...Y.subarray(1), 2]),
      trainer.step(X, [...Y.subarray(1), 0.5]),
      trainer.step([...X.subarray(1), Number.NaN], Y),
      trainer.step(X),
      trainer.step({ images: X }, Y),
      trainer.fit(X, Y, { epochs: 0 }),
      trainer.fit(X, Y, { batchSize: 0 }),
    ].map(refused);
    const parts = [
      'not a whole number of samples',
      "12 of 'input', 11 of 'target'",
      "'target' takes the numbers of 2 classes, 0 to 1, got 2 at index 11",
      'got 0.5 at index 11',
      "'input' takes numbers, got NaN at index 35",
      'step: y must be a typed array or a list of numbers, got nothing',
      'step: x must be a typed array or a list of numbers, got { images }',
      'epochs must be a whole number of at least 1, got 0',
      'batchSize must be a whole number of at least 1, got 0',
    ];
    for (const [i, message] of messages.entries()) expect(await message).toContain(parts[i]);
  });

  test('a step that fails on the backend ends the training, since its weights are gone', async () => {
    let isBroken = false;
    const fragile = {
      ...Object.fromEntries(Object.entries(backend)),
      name: 'fragile',
      capabilities: backend.capabilities,
      upload: backend.upload.bind(backend),
      download: backend.download.bind(backend),
      free: backend.free.bind(backend),
      memory: backend.memory.bind(backend),
      dispose: backend.dispose.bind(backend),
      compile: async (graph: Parameters<typeof backend.compile>[0]) => {
        const program = await backend.compile(graph);
        return {
          run: (inputs: Parameters<typeof program.run>[0]) =>
            isBroken ? Promise.reject(new Error('device lost')) : program.run(inputs),
          dispose: () => program.dispose(),
        };
      },
    };
    const trainer = await loadTrainer(await exportTrainer(net()), { backend: fragile });
    await trainer.step(X, Y);
    isBroken = true;
    await expect(trainer.step(X, Y)).rejects.toThrow('device lost');
    isBroken = false;
    expect(await refused(trainer.predict(X))).toContain('Load what was saved last');
  });

  test('predictors, damaged and forged files', async () => {
    const model = net();
    expect(await refused(loadTrainer(await exportPredictor(model)))).toContain('holds a predictor but no training');
    expect(await refused(loadTrainer(await model.toBytes()))).toContain('holds tensors but no predictor');
    const bytes = await exportTrainer(model);
    const forged = (forge: (trainer: Forgeable) => void): Uint8Array => {
      const { tensors, metadata } = readSafetensors(bytes);
      const trainer = JSON.parse(metadata['nabla.trainer']!);
      forge(trainer);
      const json = JSON.stringify(trainer);
      return writeSafetensors({
        tensors,
        metadata: { ...metadata, 'nabla.trainer': json, 'checksum.trainer': checksumOf(json, new Map()) },
      });
    };
    const forgeries: readonly [(trainer: Forgeable) => unknown, string][] = [
      [(trainer) => (trainer.version = 2), 'has format 2'],
      [(trainer) => (trainer.states[1]!.name = 'gone'), "needs a tensor 'gone'"],
      [(trainer) => (trainer.states[1]!.shape = [1]), 'its graphs take float32[1]'],
      [(trainer) => (trainer.train.feeds[0] = 999), 'description of its training is damaged'],
      [(trainer) => trainer.train.updates.pop(), 'does not compute what it should'],
      [(trainer) => (trainer.trainReport.names = []), 'description of its training is damaged'],
    ];
    for (const [forge, message] of forgeries) {
      const run = async (): Promise<unknown> => (await loadTrainer(forged(forge))).step(X, Y);
      expect(await refused(run())).toContain(message);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, cut) => {
          const damaged = cut ? bytes.slice(0, at) : bytes.slice();
          if (!cut) damaged[at]! ^= flip;
          try {
            (await loadTrainer(damaged)).dispose();
          } catch (error) {
            expect(error).toBeInstanceOf(NablaError);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
