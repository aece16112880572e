// One model, several things asked of it at once: none counts into what another counts.

import { reference } from '@nablajs/backend-reference';
import { Dense } from '@nablajs/layers';
import { AUC } from '@nablajs/metrics';
import { ConfigError, setBackend, setSeed } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';
import { type Callback, Sequential } from '../src/index.ts';

beforeAll(() => setBackend(reference()));

const x = Array.from({ length: 20 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const y = x.map(([a]) => [Number(a! > 0.2)]);
const few = { x: x.slice(0, 6), y: y.slice(0, 6) };

function made(): Sequential {
  setSeed(5);
  const model = new Sequential([new Dense(4, { activation: 'tanh' }), new Dense(1, { activation: 'sigmoid' })]);
  // One metric that adds up where the model is, and one that keeps predictions on the host.
  model.compile({
    optimizer: 'sgd',
    loss: 'binaryCrossentropy',
    metrics: ['accuracy', new AUC()],
  });
  return model;
}

async function historyWith(callbacks: (model: Sequential) => Callback): Promise<object> {
  const model = made();
  const { history } = await model.fit(x, y, { batchSize: 5, epochs: 2, verbose: 0, callbacks: [callbacks(model)] });
  return history;
}

test.each<readonly [string, (model: Sequential) => Callback]>([
  [
    'evaluating after a batch',
    (model) => ({ onBatchEnd: async (i) => void (i === 1 && (await model.evaluate(few.x, few.y))) }),
  ],
  [
    'evaluating before the first',
    (model) => ({ onBatchBegin: async (i) => void (i === 0 && (await model.evaluate(x, y))) }),
  ],
  ['testing a batch', (model) => ({ onBatchEnd: async () => void (await model.testOnBatch(few.x, few.y)) })],
])('%s leaves the history as it is', async (_, callbacks) => {
  expect(await historyWith(callbacks)).toEqual(await historyWith(() => ({})));
});

test('evaluations beside a training, and beside each other, give what they give alone', async () => {
  const model = made();
  await model.fit(x, y, { verbose: 0 });
  const [all, some] = [await model.evaluate(x, y), await model.evaluate(few.x, few.y)];
  expect(
    await Promise.all([model.evaluate(x, y, { batchSize: 3 }), model.evaluate(few.x, few.y, { batchSize: 3 })]),
  ).toEqual([
    { ...all, loss: expect.closeTo(all['loss']!, 6) },
    { ...some, loss: expect.closeTo(some['loss']!, 6) },
  ]);

  const pending: Promise<Record<string, number>>[] = [];
  const beside = await historyWith((busy) => ({
    onBatchEnd: () => void pending.push(busy.evaluate(x, y, { batchSize: 4 })),
  }));
  for (const scores of await Promise.all(pending)) {
    // Of 20 samples, whole ones are right.
    expect(scores['accuracy']! * 20).toBeCloseTo(Math.round(scores['accuracy']! * 20), 4);
  }
  expect(beside).toEqual(await historyWith(() => ({})));
});

test('a second training at the same time is refused, and the first one goes on', async () => {
  const model = made();
  const first = model.fit(x, y, { epochs: 3, verbose: 0 });
  await expect(model.fit(x, y, { verbose: 0 })).rejects.toThrow(ConfigError);
  await expect(model.fit(x, y, { verbose: 0 })).rejects.toThrow('is being trained already. Await the first fit');
  expect((await first).history['loss']).toHaveLength(3);
  await model.fit(x, y, { verbose: 0 });
});

test('a training that fails leaves the model free', async () => {
  const model = made();
  const fails = { onBatchEnd: () => Promise.reject(new Error('boom')) };
  await expect(model.fit(x, y, { verbose: 0, callbacks: [fails] })).rejects.toThrow('boom');
  expect((await model.fit(x, y, { verbose: 0 })).history['loss']).toHaveLength(1);
  expect(await model.evaluate(x, y)).toHaveProperty('auc');
});

test('a wrong label is found in the data, whatever the order they are trained in', async () => {
  setSeed(1);
  const model = new Sequential([new Dense(3, { activation: 'softmax' })]);
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  const labels = x.map((_, i) => (i === 13 ? 7 : i % 3));
  await expect(model.fit(x, labels, { batchSize: 5, verbose: 0 })).rejects.toThrow('In the data it is sample 13.');
  await expect(model.evaluate(x, labels, { batchSize: 5 })).rejects.toThrow(
    /label 7 at index 3 .* In the data it is sample 13\.$/,
  );
  const holes = x.map((row, i) => (i === 8 ? [0, Number.NaN] : row));
  await expect(
    model.fit(
      holes,
      y.map(([a]) => a!),
      { verbose: 0 },
    ),
  ).rejects.toThrow('first in sample 8, element 1');
});

test('class weights are numbers of classes', async () => {
  const fit = (classWeight: unknown): Promise<unknown> =>
    made().fit(x, y, { classWeight: classWeight as never, verbose: 0 });
  await expect(fit({ 0: 'a' })).rejects.toThrow(
    'classWeight must give numbers to class numbers, as in { 0: 1, 1: 5 }; got "0": "a"',
  );
  await expect(fit({ 0: Number.NaN })).rejects.toThrow('got "0": NaN');
  await expect(fit({ one: 2 })).rejects.toThrow('got "one": 2');
});
