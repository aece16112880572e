import { cpu } from '@nablajs/backend-cpu';
import { BatchNormalization, Conv2D, Dense, Dropout, Flatten, MaxPooling2D } from '@nablajs/layers';
import { type HostArray, setBackend, setSeed } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Model, modelFromBytes, Sequential } from '../src/index.ts';
import { halves } from './data.ts';

beforeAll(async () => setBackend(await cpu()));

const { x, labels } = halves(40);

function network(): Sequential {
  const model = new Sequential([
    new Conv2D(4, 3, { padding: 'same', activation: 'relu' }),
    new BatchNormalization(),
    new MaxPooling2D(2),
    new Flatten(),
    new Dropout(0.3),
    new Dense(2, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const options = { batchSize: 16, verbose: 0 } as const;

async function weightsOf(model: Model): Promise<HostArray[]> {
  return Promise.all(model.weights.map((weight) => weight.value.data()));
}

async function trained(seed: number, epochs = 3): Promise<{ model: Sequential; weights: HostArray[]; loss: number[] }> {
  setSeed(seed);
  const model = network();
  const { history } = await model.fit(x, labels, { ...options, epochs });
  return { model, weights: await weightsOf(model), loss: history['loss']! };
}

describe('one seed, one training', () => {
  test('the same seed gives bit-equal weights and losses', async () => {
    const first = await trained(7);
    const second = await trained(7);
    expect(second.weights).toEqual(first.weights);
    expect(second.loss).toEqual(first.loss);
  });

  test('another seed gives other weights', async () => {
    const first = await trained(7);
    const second = await trained(8);
    expect(second.weights[0]).not.toEqual(first.weights[0]);
  });

  test.each(['initial weights', 'shuffles', 'dropout masks'])('%s follow the seed', async (what) => {
    const run = async (seed: number): Promise<HostArray[]> => {
      setSeed(what === 'initial weights' ? seed : 1);
      const model = network();
      model.build({ shape: [16, 8, 8, 1], dtype: 'float32' });
      if (what === 'initial weights') return weightsOf(model);
      await weightsOf(model);
      for (const layer of model.layers)
        if (what === 'shuffles' && layer.type === 'Dropout') (layer as Dropout).trainable = true;
      setSeed(seed);
      await model.fit(x, labels, { ...options, epochs: 1, shuffle: what === 'shuffles' });
      return weightsOf(model);
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });
});

describe('save, load, continue', () => {
  test('a resumed training equals an uninterrupted one bit for bit', async () => {
    const whole = await trained(11, 4);
    const half = await trained(11, 2);
    const bytes = await half.model.toBytes();
    setSeed(999);
    const resumed = modelFromBytes(bytes);
    expect(await weightsOf(resumed)).toEqual(half.weights);
    const { history, epoch } = await resumed.fit(x, labels, { ...options, epochs: 4, initialEpoch: 2 });
    expect(epoch).toEqual([2, 3]);
    expect(await weightsOf(resumed)).toEqual(whole.weights);
    expect(history['loss']).toEqual(whole.loss.slice(2));
  });

  test('a loaded model predicts the same', async () => {
    const { model } = await trained(5, 1);
    const loaded = modelFromBytes(await model.toBytes());
    expect(await (await loaded.predict(x)).data()).toEqual(await (await model.predict(x)).data());
    expect(loaded.summary()).toBe(model.summary());
  });
});
