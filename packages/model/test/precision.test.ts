// Training in mixed precision: the losses of float32 but for roundings, and what happens when a gradient overflows.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { Conv2D, Dense, Flatten, Input } from '@nablajs/layers';
import { Adam, LossScaleOptimizer, SGD } from '@nablajs/optimizers';
import { type ComputePrecision, ConfigError, setBackend, setSeed, tensor } from '@nablajs/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import { type History, modelFromBytes, Sequential } from '../src/index.ts';
import { clouds, halves } from './data.ts';

beforeEach(() => {
  setBackend(reference());
  setSeed(4);
});

function images(precision: ComputePrecision): Sequential {
  setSeed(4);
  const model = new Sequential([
    Input({ shape: [8, 8, 1] }),
    new Conv2D(3, 3, { strides: 2, activation: 'relu' }),
    new Flatten(),
    new Dense(2, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new Adam(0.02), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], precision });
  return model;
}

describe('mixedFloat16', () => {
  test('follows float32 and learns', async () => {
    const { x, labels } = halves(24);
    const runs: History[] = [];
    for (const precision of ['float32', 'mixedFloat16'] as const) {
      const model = images(precision);
      runs.push(await model.fit(tensor(x), tensor(labels, 'int32'), { epochs: 12, batchSize: 8, verbose: 0 }));
    }
    const [full, mixed] = runs.map(({ history }) => history['loss']!) as [number[], number[]];
    expect(mixed.at(-1)!).toBeLessThan(mixed[0]! / 2);
    expect(mixed).not.toEqual(full);
    // Operands have 11 bits; twelve epochs of their roundings.
    mixed.forEach((loss, i) => {
      expect(Math.abs(loss - full[i]!)).toBeLessThan(0.01 * full[0]!);
    });
    expect(runs[1]!.history['accuracy']!.at(-1)).toBe(1);
  });

  test('an overflow changes nothing but the scale, which is halved', async () => {
    const { x, labels } = clouds(6);
    const optimizer = new LossScaleOptimizer(new SGD(0.1), { initialScale: 2 ** 40 });
    const model = new Sequential([Input({ shape: [2] }), new Dense(4, { activation: 'tanh' }), new Dense(3)]);
    model.compile({ optimizer, loss: 'meanSquaredError', precision: 'mixedFloat16' });
    const before = await Promise.all(model.weights.map(({ value }) => value.array()));
    const truth = tensor(labels.map((label) => [label, -label, 1]));
    await model.fit(tensor(x), truth, { epochs: 1, batchSize: 6, verbose: 0 });
    expect(model.optimizer).toBe(optimizer);
    expect(await Promise.all(model.weights.map(({ value }) => value.array()))).toEqual(before);
    expect(await optimizer.dynamicScale.value.item()).toBe(2 ** 39);
    expect(await optimizer.iterations.value.item()).toBe(0);
    // It falls until gradients fit, and then the model moves.
    await model.fit(tensor(x), truth, { epochs: 40, batchSize: 6, verbose: 0 });
    expect(await optimizer.iterations.value.item()).toBeGreaterThan(0);
    expect(await Promise.all(model.weights.map(({ value }) => value.array()))).not.toEqual(before);
  });

  test('an optimizer is given a scale where it has none, and everything is saved', async () => {
    const { x, labels } = halves(8);
    const model = images('mixedFloat16');
    await model.fit(tensor(x), tensor(labels, 'int32'), { epochs: 1, verbose: 0 });
    expect(model.optimizer).toBeInstanceOf(LossScaleOptimizer);
    const loaded = await modelFromBytes(await model.toBytes());
    expect(loaded.compilation!.given.precision).toBe('mixedFloat16');
    expect(loaded.optimizer).toBeInstanceOf(LossScaleOptimizer);
    const own = new Sequential([Input({ shape: [2] }), new Dense(1)]);
    const scaled = new SGD({ learningRate: 0.1, lossScaleFactor: 128 });
    own.compile({ optimizer: scaled, loss: 'meanSquaredError', precision: 'mixedFloat16' });
    await own.fit(tensor([[1, 2]]), tensor([[1]]), { verbose: 0 });
    expect(own.optimizer).toBe(scaled);
  });

  test('is for training: predictions and evaluations are float32', async () => {
    const { x, labels } = halves(8);
    const [full, mixed] = [images('float32'), images('mixedFloat16')];
    expect(await (await mixed.predict(tensor(x))).array()).toEqual(await (await full.predict(tensor(x))).array());
    const data = [tensor(x), tensor(labels, 'int32')] as const;
    expect(await mixed.evaluate(...data)).toEqual(await full.evaluate(...data));
  });

  test('is refused by name, and by backends without halves', async () => {
    expect(() => images('float16' as ComputePrecision)).toThrow(
      "precision 'float16' is unknown. Use one of float32, mixedFloat16.",
    );
    setBackend(await cpu());
    const { x, labels } = halves(8);
    const fit = images('mixedFloat16').fit(tensor(x), tensor(labels, 'int32'), { verbose: 0 });
    await expect(fit).rejects.toThrow(ConfigError);
  });
});
