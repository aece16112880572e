// What users read when something is wrong: each message names the place and the way out.
import { cpu } from '@nablajs/backend-cpu';
import { Dense, Flatten, Input } from '@nablajs/layers';
import { ConfigError, DTypeError, NablaError, ShapeError, setBackend, tensor, zeros } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { EarlyStopping, Sequential } from '../src/index.ts';
import { clouds } from './data.ts';

beforeAll(async () => setBackend(await cpu()));

const { x, oneHot, labels } = clouds(30);
const quiet = { verbose: 0 } as const;

function classifier(loss = 'categoricalCrossentropy'): Sequential {
  const model = new Sequential([new Dense(4, { activation: 'relu' }), new Dense(3, { activation: 'softmax' })]);
  model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
  return model;
}

async function failure(run: () => unknown): Promise<NablaError> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(NablaError);
    return error as NablaError;
  }
  throw new Error('nothing was thrown');
}

describe('wrong data', () => {
  test('an input of the wrong shape names the layer, both shapes, and the line', async () => {
    const model = classifier();
    await model.fit(x, oneHot, quiet);
    const error = await failure(() => model.fit([[1, 2, 3]], [[1, 0, 0]], quiet));
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.path).toBe('"dense" (Dense)');
    expect(error.message).toMatch(/kernel expects last axis 2, got input \[1, 3\]/);
  });

  test('images into a dense layer suggest Flatten', async () => {
    const model = new Sequential([Input({ shape: [784] }), new Dense(10)]);
    model.compile({ loss: 'mse' });
    const error = await failure(() => model.predict(zeros([32, 28, 28])));
    expect(String(error)).toMatch(
      /ShapeError in "dense" \(Dense\): kernel expects last axis 784, got input \[32, 28, 28\]\. Add a Flatten\(\)/,
    );
  });

  test('integer input into a layer that computes with floats', async () => {
    const error = await failure(() => classifier().fit(tensor(x, 'int32'), oneHot, quiet));
    expect(error).toBeInstanceOf(DTypeError);
    expect(error.path).toBe('"dense" (Dense)');
    expect(error.message).toMatch(/cast\('float32'\)/);
  });

  test('a label outside the classes', async () => {
    const error = await failure(() =>
      classifier('sparseCategoricalCrossentropy').fit(x, labels.with(7, 12), { ...quiet, shuffle: false }),
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.path).toBe('"dense_1" (Dense)');
    expect(error.message).toMatch(/label 12 .*7.* 3 classes/);
  });

  test('one-hot targets of another width', async () => {
    const error = await failure(() =>
      classifier().fit(
        x,
        oneHot.map((row) => [...row, 0]),
        quiet,
      ),
    );
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message).toMatch(/\[30, 4\].*\[30, 3\]/);
  });

  test('NaN in the input names sample and element', async () => {
    const bad = x.map((row, i) => (i === 5 ? [row[0]!, Number.NaN] : row));
    const error = await failure(() => classifier().fit(bad, oneHot, { ...quiet, shuffle: false }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      'in "dense" (Dense): the input holds NaN, first in sample 5, element 1. Clean the data, or replace NaN before training.',
    );
  });

  test('no data', async () => {
    expect((await failure(() => classifier().fit([], [], quiet))).message).toMatch(/no samples|empty/);
    expect((await failure(() => classifier().evaluate([], []))).message).toMatch(/no samples|empty/);
    expect((await failure(() => classifier().predict([]))).message).toMatch(/no samples|empty/);
  });

  test('a batch larger than the data', async () => {
    const error = await failure(() => classifier().fit(x, oneHot, { ...quiet, batchSize: 64 }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      'fit: batchSize 64 is larger than the 30 samples there are to train on. Use at most 30, or leave it out.',
    );
  });

  test('inputs and targets of different lengths', async () => {
    expect((await failure(() => classifier().fit(x, oneHot.slice(1), quiet))).message).toMatch(/30.*29|29.*30/);
  });
});

describe('wrong use', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'fit before compile',
      () => new Sequential([new Dense(1)]).fit([[1]], [[1]]),
      /was not compiled. Call model.compile/,
    ],
    ['evaluate before compile', () => new Sequential([new Dense(1)]).evaluate([[1]], [[1]]), /was not compiled/],
    ['fit without targets', () => classifier().fit(x), /targets are missing/],
    ['no layers', () => new Sequential().predict([[1]]), /has no layers/],
    [
      'zero epochs',
      () => classifier().fit(x, oneHot, { epochs: 0 }),
      /epochs must be a whole number of at least 1, got 0/,
    ],
    ['half a batch', () => classifier().fit(x, oneHot, { batchSize: 1.5 }), /batchSize must be a whole number/],
    [
      'a split of everything',
      () => classifier().fit(x, oneHot, { validationSplit: 1 }),
      /validationSplit must lie in \[0, 1\)/,
    ],
    ['an unknown optimizer', () => classifier().compile({ optimizer: 'adm' as never, loss: 'mse' }), /'adm'.*Adam/s],
    ['an unknown metric', () => classifier().compile({ loss: 'mse', metrics: ['acuracy'] }), /'acuracy'.*Accuracy/s],
    [
      'an optimizer that is only a name yet',
      () => {
        const model = classifier();
        model.compile({ optimizer: 'adam', loss: 'mse' });
        return model.optimizer;
      },
      /only the name.*'adam'.*new Adam/s,
    ],
    ['an unknown loss', () => classifier().compile({ loss: 'meanSquareError' as never }), /MeanSquaredError/],
    [
      'an unknown log',
      () => classifier().fit(x, oneHot, { ...quiet, callbacks: [new EarlyStopping()] }),
      /no 'valLoss' to watch.*loss, accuracy/,
    ],
    [
      'two layers of one name',
      () => new Sequential([new Dense(1, { name: 'a' }), new Dense(1, { name: 'a' })]),
      /two layers named "a"/,
    ],
    [
      'one layer twice',
      () => {
        const layer = new Dense(1);
        return new Sequential([layer, layer]);
      },
      /added twice/,
    ],
    ['Input in the middle', () => new Sequential([new Flatten(), Input({ shape: [1] })]), /Input must come first/],
    ['counting before building', () => new Sequential([new Dense(1)]).countParams(), /input shape is unknown/],
  ])('%s', async (_, run, message) => {
    expect((await failure(run)).message).toMatch(message);
  });
});
