// Losses, metrics and weights of several outputs, against sums by hand.

import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { Dataset } from '@nablajs/data';
import { Dense, Input, Layer, withMask } from '@nablajs/layers';
import { Adam, SGD } from '@nablajs/optimizers';
import { ConfigError, randomNormal, ShapeError, setBackend, setSeed, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Model, modelFromBytes, Sequential, type TrainBatch } from '../src/index.ts';
import { testPlugin, twoByTwo } from './graphs.ts';

beforeAll(async () => setBackend(await cpu()));
beforeEach(() => setSeed(4));

const x = {
  a: [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ],
  b: [
    [0, 1],
    [1, 0],
    [1, 1],
    [0, 0],
  ],
};
const y = { digit: [0, 2, 1, 1], size: [[1], [2], [3], [4]] };
const quiet = { verbose: 0 } as const;
const still = (): SGD => new SGD({ learningRate: 0 });

/** Per-sample losses by hand, from the predictions. */
async function byHand(
  model: ReturnType<typeof twoByTwo>,
): Promise<{ digit: number[]; size: number[]; hits: number[] }> {
  const { digit, size } = await model.predict(x);
  const [p, s] = [(await digit.array()) as number[][], (await size.array()) as number[][]];
  return {
    digit: y.digit.map((label, i) => -Math.log(p[i]![label]!)),
    size: y.size.map(([truth], i) => (s[i]![0]! - truth!) ** 2),
    hits: y.digit.map((label, i) => Number(p[i]!.indexOf(Math.max(...p[i]!)) === label)),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('several outputs', () => {
  test('losses by name, weighted in the total, each reported as it is; metrics by output', async () => {
    const model = twoByTwo();
    model.compile({
      optimizer: still(),
      loss: { digit: 'sparseCategoricalCrossentropy', size: 'mse' },
      lossWeights: { size: 0.25 },
      metrics: { digit: ['accuracy'], size: 'mae' },
    });
    const { digit, size, hits } = await byHand(model);
    const { history } = await model.fit(x, y, { ...quiet, batchSize: 3, validationData: [x, y] });
    expect(Object.keys(history)).toEqual([
      'loss',
      'digitLoss',
      'sizeLoss',
      'digitAccuracy',
      'sizeMae',
      'valLoss',
      'valDigitLoss',
      'valSizeLoss',
      'valDigitAccuracy',
      'valSizeMae',
    ]);
    expect(history['digitLoss']![0]).toBeCloseTo(mean(digit), 5);
    expect(history['sizeLoss']![0]).toBeCloseTo(mean(size), 4);
    expect(history['loss']![0]).toBeCloseTo(mean(digit) + 0.25 * mean(size), 4);
    expect(history['digitAccuracy']![0]).toBeCloseTo(mean(hits), 6);
    expect(history['valSizeMae']![0]).toBeCloseTo(mean(size.map(Math.sqrt)), 5);
  });

  test('the same in lists, and from datasets', async () => {
    const totals: number[] = [];
    for (const form of ['list', 'record', 'dataset', 'stream'] as const) {
      setSeed(4);
      const model = twoByTwo();
      const losses = ['sparseCategoricalCrossentropy', 'mse'] as const;
      model.compile({
        optimizer: still(),
        loss: form === 'list' ? losses : { digit: losses[0], size: losses[1] },
        metrics: form === 'list' ? [['accuracy'], 'mae'] : {},
      });
      const tensors = {
        x: { a: tensor(x.a), b: tensor(x.b) },
        y: { digit: tensor(y.digit, 'int32'), size: tensor(y.size) },
      };
      const scores =
        form === 'list'
          ? await model.evaluate([x.a, x.b], [y.digit, y.size])
          : form === 'record'
            ? await model.evaluate(x, y)
            : form === 'dataset'
              ? await model.evaluate(Dataset.from(tensors).batch(3))
              : await model.evaluate(async function* () {
                  yield tensors;
                });
      totals.push(scores['loss']!);
    }
    for (const total of totals) expect(total).toBeCloseTo(totals[0]!, 5);
  });

  test('sample weights: one for all, or one per output; metrics take them only where asked to', async () => {
    const model = twoByTwo();
    model.compile({
      optimizer: still(),
      loss: { digit: 'sparseCategoricalCrossentropy', size: 'mse' },
      metrics: { digit: 'accuracy' },
      weightedMetrics: { digit: 'accuracy' },
    });
    const { digit, size, hits } = await byHand(model);
    const w = [1, 0, 2, 0.5];
    const weighted = (values: number[]): number => mean(values.map((value, i) => value * w[i]!));
    const both = await model.evaluate(x, y, { sampleWeight: w });
    expect(both['loss']).toBeCloseTo(weighted(digit) + weighted(size), 4);
    expect(both['digitAccuracy']).toBeCloseTo(mean(hits), 6);
    expect(both['digitAccuracy_1']).toBeCloseTo((4 * weighted(hits)) / 3.5, 5);
    const one = await model.evaluate(x, y, { sampleWeight: { digit: w, size: [1, 1, 1, 1] } });
    expect(one['loss']).toBeCloseTo(weighted(digit) + mean(size), 4);
  });

  test('class weights say which output they are for', async () => {
    const model = twoByTwo();
    model.compile({ optimizer: still(), loss: { digit: 'sparseCategoricalCrossentropy', size: 'mse' } });
    const { digit, size } = await byHand(model);
    const { history } = await model.fit(x, y, { ...quiet, classWeight: { digit: { 1: 3 } } });
    const expected = mean(digit.map((loss, i) => loss * (y.digit[i] === 1 ? 3 : 1)));
    expect(history['loss']![0]).toBeCloseTo(expected + mean(size), 4);
    await expect(model.fit(x, y, { ...quiet, classWeight: { 1: 3 } })).rejects.toThrow(/says which output/);
  });

  test('an output without a loss needs no targets', async () => {
    const model = twoByTwo();
    model.compile({ optimizer: 'adam', loss: { size: 'mse' } });
    const { history } = await model.fit(x, { size: y.size }, { ...quiet, epochs: 20 });
    expect(Object.keys(history)).toEqual(['loss']);
    expect(history['loss']!.at(-1)).toBeLessThan(history['loss']![0]!);
  });

  test('compilation and all survive a file', async () => {
    const model = twoByTwo();
    model.compile({
      optimizer: new Adam(0.01),
      loss: { digit: 'sparseCategoricalCrossentropy', size: 'mse' },
      lossWeights: { size: 0.5 },
      metrics: { digit: ['accuracy'] },
    });
    await model.fit(x, y, { ...quiet, epochs: 2 });
    const copy = modelFromBytes<typeof model>(await model.toBytes(), { plugins: [testPlugin] });
    expect(await copy.evaluate(x, y)).toEqual(await model.evaluate(x, y));
    const options = { ...quiet, epochs: 4, initialEpoch: 2 };
    expect((await copy.fit(x, y, options)).history).toEqual((await model.fit(x, y, options)).history);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['an unknown output', () => ({ loss: { digits: 'mse' } }), /'digits' is no output.*Did you mean 'digit'/],
    ['too few losses', () => ({ loss: ['mse'] }), /has 2 outputs, got a list of 1/],
    ['one loss for two', () => ({ loss: 'mse' }), /has 2 outputs, got a single one/],
    ['unknown metrics', () => ({ loss: { size: 'mse' }, metrics: { size: 'maee' } }), /no metric 'maee'/],
    [
      'a weight that is none',
      () => ({ loss: { size: 'mse' }, lossWeights: { size: 'big' } }),
      /must be numbers, got "big"/,
    ],
    ['no loss at all', () => ({}), /nothing to minimize/],
  ])('%s is refused', async (_, options, message) => {
    const run = async (): Promise<unknown> => {
      const model = twoByTwo();
      model.compile(options() as never);
      return model.fit(x, y, quiet);
    };
    await expect(run()).rejects.toThrow(message);
  });

  test('targets that are missing, or of another length', async () => {
    const model = twoByTwo();
    model.compile({ loss: { digit: 'sparseCategoricalCrossentropy', size: 'mse' } });
    await expect(model.fit(x, { size: y.size }, quiet)).rejects.toThrow(/targets of output 'digit' are missing/);
    await expect(model.fit(x, { ...y, size: [[1]] }, quiet)).rejects.toThrow(ShapeError);
    const batches = function* (): Generator<object> {
      yield { x, y: { ...y, size: [[1]] } };
    };
    await expect(model.fit(batches as never, quiet)).rejects.toThrow(/4 samples in x, but 1 in y 'size'/);
  });
});

describe('masks of predictions', () => {
  class Gate extends Layer {
    static override readonly type: string = 'test/Gate';
    protected override build(): void {}
    protected override call(input: Tensor): Tensor {
      return withMask(input.mul(1), input.reshape(input.shape.slice(0, 2)).greater(0));
    }
  }

  test('count nothing where they are false: the mean is over the rest', async () => {
    const steps = Input({ shape: [3, 1] });
    const model = new Model({ inputs: steps, outputs: new Gate({}).apply(steps) });
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
    const data = [
      [[1], [2], [0]],
      [[4], [0], [0]],
    ];
    const truth = [
      [[0], [0], [9]],
      [[0], [9], [9]],
    ];
    const scores = await model.evaluate(data, truth, { sampleWeight: [1, 2] });
    expect(scores['loss']).toBeCloseTo((1 + 4 + 2 * 16) / 3, 5);
    expect(scores['mae']).toBeCloseTo((1 + 2 + 4) / 3, 5);
  });
});

describe('terms that layers add', () => {
  class Costly extends Layer {
    static override readonly type: string = 'test/Costly';
    protected override build(): void {}
    protected override call(input: Tensor): Tensor {
      this.addPenalty(input.square().mean().mul(0.1));
      return input;
    }
  }

  test('are part of the loss, in training and evaluation, and enough to train on', async () => {
    const model = new Sequential([Input({ shape: [2] }), new Costly({}), new Dense(1)]);
    model.compile({ optimizer: still(), loss: 'mse' });
    const data = [
      [1, 2],
      [3, 4],
    ];
    const plain = new Sequential([Input({ shape: [2] }), model.layers[1]!]);
    plain.compile({ loss: 'mse' });
    const target = [[0], [1]];
    const without = (await plain.evaluate(data, target))['loss']!;
    expect((await model.evaluate(data, target))['loss']).toBeCloseTo(without + (0.1 * 30) / 4, 5);
    expect((await model.fit(data, target, quiet)).history['loss']![0]).toBeCloseTo(without + (0.1 * 30) / 4, 5);
    const alone = new Sequential([Input({ shape: [2] }), new Dense(2), new Costly({})]);
    alone.compile({ optimizer: 'adam' });
    const { history } = await alone.fit(data, undefined, { ...quiet, epochs: 20 });
    expect(history['loss']!.at(-1)).toBeLessThan(history['loss']![0]!);
  });
});

describe('a training step of one’s own', () => {
  test('two networks and two optimizers, as one graph', async () => {
    class Adversaries extends Model {
      readonly generator: Sequential = new Sequential([new Dense(4, { activation: 'relu' }), new Dense(1)]);
      readonly critic: Sequential = new Sequential([new Dense(4, { activation: 'relu' }), new Dense(1)]);
      readonly generatorOptimizer: Adam = new Adam(0.01);
      readonly criticOptimizer: Adam = new Adam(0.02);

      protected override call(noise: Tensor): Tensor {
        return this.critic.apply(this.generator.apply(noise));
      }

      override trainStep({ x: real }: TrainBatch<Tensor>): Record<string, Tensor> {
        const fake = this.generator.apply(randomNormal([real.shape[0]!, 1]), { training: true });
        const criticLoss = this.critic.apply(fake).mean().sub(this.critic.apply(real).mean());
        const generatorLoss = this.critic.apply(fake).mean().neg();
        const [critics, generators] = [this.critic.trainableWeights, this.generator.trainableWeights];
        const [dc, dg] = [gradients(criticLoss, critics), gradients(generatorLoss, generators)];
        this.criticOptimizer.apply(critics, dc);
        this.generatorOptimizer.apply(generators, dg);
        return { criticLoss, generatorLoss };
      }
    }
    const model = new Adversaries();
    model.compile({});
    const real = Array.from({ length: 40 }, (_, i) => [5 + (i % 5) / 10]);
    const { history } = await model.fit(real, undefined, { ...quiet, epochs: 30, batchSize: 20 });
    expect(Object.keys(history)).toEqual(['criticLoss', 'generatorLoss']);
    expect(history['criticLoss']).toHaveLength(30);
    const made = await model.generator.predict(Array.from({ length: 8 }, (_, i) => [i / 4 - 1]));
    const values = ((await made.array()) as number[][]).map(([value]) => value!);
    // The critic likes large numbers, and the generator has begun to follow.
    expect(mean(values)).toBeGreaterThan(0.5);
    expect(model.steps!.train.stats.traces).toBe(1);
    expect(await model.generatorOptimizer.iterations.value.item()).toBe(60);
  });

  test('computeLoss counts loss and metrics as ever', async () => {
    class Noisy extends Model {
      readonly out: Dense = new Dense(1, { useBias: false, kernelInitializer: 'ones' });
      protected override call(input: Tensor): Tensor {
        return this.out.apply(input);
      }
      override trainStep(batch: TrainBatch<Tensor>): Record<string, Tensor> {
        const loss = this.computeLoss(batch, this.apply(batch.x, { training: true }));
        const weights = this.trainableWeights;
        this.optimizer.apply(weights, gradients(loss, weights));
        return { doubled: loss.mul(2) };
      }
    }
    const model = new Noisy();
    model.compile({ optimizer: new SGD(0.01), loss: 'mse', metrics: ['mae'] });
    const { history } = await model.fit([[1], [2], [3]], [[2], [4], [6]], { ...quiet, batchSize: 2, shuffle: false });
    expect(Object.keys(history)).toEqual(['loss', 'doubled', 'mae']);
    // One step of 2.5 * 2 * 0.01 after two samples, then the third.
    const second = 3 * (2 - (1 + 0.05));
    expect(history['loss']![0]).toBeCloseTo((1 + 4 + second ** 2) / 3, 4);
    expect(history['doubled']![0]).toBeCloseTo(2 * history['loss']![0]!, 5);
    expect((await model.evaluate([[1]], [[2]]))['mae']).toBeGreaterThan(0);
  });
});

describe('one batch at a time', () => {
  test('trains, tests and predicts, each for the batch alone', async () => {
    const model = new Sequential([Input({ shape: [1] }), new Dense(1, { useBias: false, kernelInitializer: 'zeros' })]);
    model.compile({ optimizer: new SGD(0.1), loss: 'mse', metrics: ['mae'] });
    const first = await model.trainOnBatch([[1]], [[2]]);
    expect(first).toEqual({ loss: 4, mae: 2 });
    // The weight is 0.1 * 4 now.
    expect((await model.testOnBatch([[1]], [[2]]))['mae']).toBeCloseTo(1.6, 5);
    expect(await (await model.predictOnBatch([[2]])).array()).toEqual([[expect.closeTo(0.8, 5)]]);
    expect((await model.trainOnBatch([[1]], [[2]], { sampleWeight: [0] }))['loss']).toBe(0);
  });
});

describe('streams of batches', () => {
  const compiled = (): Sequential => {
    const model = new Sequential([Input({ shape: [1] }), new Dense(1, { useBias: false, kernelInitializer: 'zeros' })]);
    model.compile({ optimizer: still(), loss: 'mse' });
    return model;
  };
  async function* batches(): AsyncGenerator<{ x: number[][]; y: number[][] }> {
    for (let i = 1; ; i++) yield { x: [[i]], y: [[i]] };
  }

  test('an endless one goes on where the last epoch left it', async () => {
    const { history } = await compiled().fit(batches(), { ...quiet, epochs: 2, stepsPerEpoch: 2 });
    expect(history['loss']).toEqual([(1 + 4) / 2, (9 + 16) / 2]);
  });

  test('a function begins anew in each epoch; lists do for records', async () => {
    const lists = function* (): Generator<[number[][], number[][]]> {
      yield [[[1]], [[1]]];
      yield [[[2]], [[2]]];
    };
    const { history } = await compiled().fit(lists, { ...quiet, epochs: 2, validationData: lists });
    expect(history['loss']).toEqual([2.5, 2.5]);
    expect(history['valLoss']).toEqual([2.5, 2.5]);
  });

  test('one that is over says so', async () => {
    const once = (function* (): Generator<[number[][], number[][]]> {
      yield [[[1]], [[1]]];
    })();
    await expect(compiled().fit(once, { ...quiet, epochs: 2 })).rejects.toThrow(
      /ran out before epoch 2.*pass a function/s,
    );
    await expect(
      compiled().fit(async function* () {
        yield 3 as never;
      }, quiet),
    ).rejects.toThrow(ConfigError);
  });
});

describe('options of fit', () => {
  const model = (): Sequential => {
    const made = new Sequential([Input({ shape: [1] }), new Dense(1, { useBias: false, kernelInitializer: 'zeros' })]);
    made.compile({ optimizer: still(), loss: 'mse' });
    return made;
  };
  const data = [[1], [2], [3], [4]];

  test('validation now and then, on some steps', async () => {
    const every = await model().fit(data, data, {
      ...quiet,
      epochs: 4,
      validationData: [data, data],
      validationFreq: 2,
    });
    expect(every.history['valLoss']).toHaveLength(2);
    const listed = await model().fit(data, data, {
      ...quiet,
      epochs: 4,
      validationData: [data, data],
      validationFreq: [1, 2, 4],
      validationSteps: 1,
      validationBatchSize: 2,
    });
    expect(listed.history['valLoss']).toEqual([2.5, 2.5, 2.5]);
  });

  test('stopping in the middle of an epoch', async () => {
    const made = model();
    const seen: number[] = [];
    const callback = {
      onBatchEnd(batch: number): void {
        seen.push(batch);
        made.stopTraining = seen.length === 3;
      },
    };
    const { epoch } = await made.fit(data, data, { ...quiet, epochs: 5, batchSize: 2, callbacks: [callback] });
    expect([seen, epoch]).toEqual([
      [0, 1, 0],
      [0, 1],
    ]);
  });

  test.each<[string, object, RegExp]>([
    ['stepsPerEpoch 0', { stepsPerEpoch: 0 }, /stepsPerEpoch must be/],
    ['a split that holds nothing', { validationSplit: 0.1 }, /leaves none to validate on.*0\.25/],
    ['both splits', { validationSplit: 0.5, validationData: [data, data] }, /Leave one out/],
    ['an empty validation set', { validationData: [[], []] }, /validationData are empty/],
  ])('%s is refused', async (_, options, message) => {
    await expect(model().fit(data, data, { ...quiet, ...options })).rejects.toThrow(message);
  });
});
