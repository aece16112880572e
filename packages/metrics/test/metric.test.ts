import { reference } from '@nablajs/backend-reference';
import { compile, full, type Spec, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Accuracy,
  AUC,
  BinaryAccuracy,
  CategoricalAccuracy,
  ConfusionMatrix,
  F1Score,
  HostMetric,
  Mean,
  MeanMetric,
  MeanSquaredError,
  Metric,
  metricFrom,
  metricFromJSON,
  Precision,
  SparseCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
} from '../src/index.ts';
import { float32 } from './float32.ts';

beforeAll(() => setBackend(reference()));

class Bias extends Metric<object, { readonly error: Tensor; readonly count: Tensor }> {
  static override readonly type: string = 'acme/Bias';
  protected counts(truth: Tensor, prediction: Tensor): { error: Tensor; count: Tensor } {
    return { error: prediction.sub(truth).sum(), count: full([], truth.size, 'int32') };
  }
  protected combine({ error, count }: { error: Tensor; count: Tensor }): Tensor {
    return error.div(count);
  }
}

class Overshoot extends MeanMetric {
  static override readonly type: string = 'acme/Overshoot';
  protected values(truth: Tensor, prediction: Tensor): Tensor {
    return prediction.greater(truth);
  }
}

class Often extends Metric<{ readonly times: number }, { readonly count: Tensor }> {
  static override readonly type: string = 'test/Often';
  static override readonly defaults: object = { times: 0 };
  protected counts(): { count: Tensor } {
    return { count: full([], this.config.times, 'int32') };
  }
  protected combine({ count }: { count: Tensor }): Tensor {
    return count;
  }
}

const one = tensor([1]);
const measure = async (metric: Metric, truth: Tensor, prediction: Tensor, weight?: Tensor): Promise<unknown> => {
  metric.update(truth, prediction, weight);
  return metric.result().array();
};

describe('sums', () => {
  test('counts go on where one int32, and one float32, would not', async () => {
    const metric = new Often({ times: 2 ** 30 - 1 });
    for (let i = 0; i < 8; i++) metric.update(one, one);
    expect(await metric.result().item()).toBe(Math.fround(8 * (2 ** 30 - 1)));
    const single = new Often({ times: 1 });
    const many = new Often({ times: 2 ** 24 });
    for (const metric of [single, many]) metric.update(one, one);
    expect(await many.result().sub(single.result()).item()).toBe(2 ** 24 - 1);
  });

  describe('in float32', () => {
    beforeAll(() => setBackend(float32()));
    afterAll(() => setBackend(reference()));

    test('ten thousand times 0.1 is 1000, and the mean of it 0.1', async () => {
      // Added up plainly in float32, 10,000 times 0.1 is 999.9029.
      let plain = 0;
      for (let i = 0; i < 10_000; i++) plain = Math.fround(plain + Math.fround(0.1));
      expect(Math.abs(plain - 1000)).toBeGreaterThan(0.05);
      const mean = new Mean();
      const step = compile((value: Tensor) => mean.update(value));
      for (let i = 0; i < 10_000; i++) await step(tensor(0.1));
      expect(await mean.result().item()).toBe(Math.fround(0.1));
    });

    test('counts beyond 2^24 stay exact to the last one', async () => {
      const rest = new Often({ times: 2 ** 24 + 3 });
      rest.update(tensor(0), tensor(0));
      // As digits of 22 bits: 4 * 2^22 + 3.
      expect(await rest.variables[0]!.value.item()).toBe(3);
      expect(await rest.variables[1]!.value.item()).toBe(4);
    });
  });

  test('inside a compiled step, reset between passes, one trace', async () => {
    const metrics = [new Accuracy(), new Precision({ thresholds: [0.3, 0.5] }), new ConfusionMatrix()];
    const step = compile((truth: Tensor, prediction: Tensor) => {
      for (const metric of metrics) metric.update(truth, prediction);
    });
    const truth = tensor([0, 1, 1, 0], 'int32');
    const prediction = tensor([[0.9], [0.4], [0.8], [0.1]]);
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < 3; i++) await step(truth, prediction);
      expect(await metrics[0]!.result().item()).toBe(0.5);
      expect(await metrics[2]!.result().array()).toEqual([
        [3, 3],
        [3, 3],
      ]);
      const [low, high] = await metrics[1]!.result().data();
      expect([low, high]).toEqual([expect.closeTo(2 / 3, 6), 0.5]);
      for (const metric of metrics) metric.reset();
      expect(await metrics[0]!.result().item()).toBe(0);
    }
    expect(step.stats.traces).toBe(1);
  });

  test('state is listed, and made before the first batch by build', () => {
    const spec: Spec = { shape: [32, 10], dtype: 'float32' };
    const metric = new CategoricalAccuracy();
    expect(metric.variables).toEqual([]);
    metric.build(spec, spec);
    const made = metric.variables;
    expect(made.map(({ name }) => name)).toContain('categoricalAccuracy/total/count');
    expect(made.every(({ trainable }) => !trainable)).toBe(true);
    metric.build({ ...spec, shape: [7, 10] }, { ...spec, shape: [7, 10] });
    expect(metric.variables.every((state, i) => state === made[i])).toBe(true);
  });

  test('a metric moves on to data with another number of classes', async () => {
    const metric = new ConfusionMatrix();
    metric.build({ shape: [1], dtype: 'int32' }, { shape: [1, 5], dtype: 'float32' });
    metric.build({ shape: [1], dtype: 'int32' }, { shape: [1, 2], dtype: 'float32' });
    expect(await measure(metric, tensor([1], 'int32'), tensor([[0.9, 0.1]]))).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });
});

describe('what labels and predictions may look like', () => {
  test('yes-or-no decisions: flat, in a column, boolean', async () => {
    const scores = tensor([0.2, 0.9, 0.7, 0.4]);
    for (const truth of [
      tensor([0, 1, 0, 0]),
      tensor([0, 1, 0, 0], 'int32').expandDims(-1),
      tensor([false, true, false, false]),
    ]) {
      for (const prediction of [scores, scores.expandDims(-1)]) {
        if (truth.rank > prediction.rank + 1) continue;
        expect(await measure(new Accuracy(), truth, prediction)).toBe(0.75);
        expect(await measure(new BinaryAccuracy(), truth, prediction)).toBe(0.75);
        expect(await measure(new Precision(), truth, prediction)).toBe(0.5);
        expect(await measure(new F1Score(), truth, prediction)).toBeCloseTo(2 / 3, 6);
        expect(await measure(new ConfusionMatrix(), truth, prediction)).toEqual([
          [2, 1],
          [0, 1],
        ]);
      }
    }
  });

  test('predictions that are labels', async () => {
    const [truth, prediction] = [tensor([1, 2, 0, 2], 'int32'), tensor([1, 1, 0, 2], 'int32')];
    expect(await measure(new Accuracy(), truth, prediction)).toBe(0.75);
    expect(await measure(new ConfusionMatrix({ numClasses: 3 }), truth, prediction)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 1, 1],
    ]);
  });

  test('labels outside the classes are not in the matrix', async () => {
    const prediction = tensor([
      [0.9, 0.1],
      [0.9, 0.1],
      [0.1, 0.9],
      [0.1, 0.9],
    ]);
    expect(await measure(new ConfusionMatrix(), tensor([0, -1, 2, 255], 'int32'), prediction)).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });

  test('sequences: every step counts, with the weight of its sample or its own', async () => {
    const truth = tensor(
      [
        [0, 1, 1],
        [1, 0, 0],
      ],
      'int32',
    );
    const yes = [0.1, 0.9];
    const no = [0.9, 0.1];
    const prediction = tensor([
      [no, yes, no],
      [yes, yes, yes],
    ]);
    expect(await measure(new SparseCategoricalAccuracy(), truth, prediction)).toBe(0.5);
    expect(await measure(new Accuracy(), truth, prediction, tensor([1, 0]))).toBeCloseTo(2 / 3, 6);
    expect(
      await measure(
        new Accuracy(),
        truth,
        prediction,
        tensor([
          [1, 1, 0],
          [0, 0, 0],
        ]),
      ),
    ).toBe(1);
    expect(await measure(new MeanSquaredError(), tensor([[1, 2]]), tensor([[1, 4]]), tensor([3]))).toBe(2);
  });

  test('boolean one-hot rows', async () => {
    const truth = tensor([
      [true, false],
      [false, true],
    ]);
    expect(
      await measure(
        new CategoricalAccuracy(),
        truth,
        tensor([
          [0.9, 0.1],
          [0.8, 0.2],
        ]),
      ),
    ).toBe(0.5);
  });

  test('a NaN is no hit, and k may exceed the classes', async () => {
    const nan = tensor([[Number.NaN, Number.NaN]]);
    expect(await measure(new SparseTopKCategoricalAccuracy({ k: 5 }), tensor([0], 'int32'), nan)).toBe(0);
    expect(
      await measure(
        new SparseTopKCategoricalAccuracy({ k: 5 }),
        tensor([0, 7], 'int32'),
        tensor([
          [0, 1],
          [0, 1],
        ]),
      ),
    ).toBe(0.5);
  });

  test('nothing said, nothing true: 0, not NaN', async () => {
    expect(await measure(new Precision(), tensor([0, 0]), tensor([0, 0]))).toBe(0);
    expect(await measure(new F1Score(), tensor([[0, 0]]), tensor([[0, 0]]))).toEqual([0, 0]);
  });

  test('means of anything', async () => {
    const mean = new Mean({ name: 'loss' });
    expect(await mean.result().item()).toBe(0);
    mean.update(tensor(4));
    mean.update(tensor([1, 1]), tensor([1, 0]));
    expect(await mean.result().item()).toBe(2.5);
    mean.reset();
    mean.update(tensor([1, 3], 'int32'));
    expect(await mean.result().item()).toBe(2);
    expect(mean.variables[0]!.name).toBe('loss/total/count');
  });
});

describe('AUC', () => {
  const specs = (truth: number[], prediction: number[]): { truth: Spec; prediction: Spec } => ({
    truth: { shape: truth, dtype: 'float32' },
    prediction: { shape: prediction, dtype: 'float32' },
  });
  test('the documented example of Keras', () => {
    const auc = new AUC();
    auc.updateHost(Float32Array.of(0, 0, 1, 1), Float32Array.of(0, 0.5, 0.3, 0.9), specs([4], [4]));
    expect(auc.resultHost()).toBe(0.75);
    auc.reset();
    expect(auc.resultHost()).toBeNaN();
  });

  test('class numbers are one-hot rows; columns pooled or averaged', () => {
    // Columns: scores 0.9, 0.4, 0.5 with truth 1, 0, 1 (area 1) and 0.1, 0.6, 0.7 with truth 0, 1, 0 (area 0.5).
    const truth = Float32Array.of(0, 1, 0);
    const prediction = Float32Array.of(0.9, 0.1, 0.4, 0.6, 0.5, 0.7);
    const pooled = new AUC();
    const averaged = new AUC({ multiLabel: true });
    for (const auc of [pooled, averaged]) auc.updateHost(truth, prediction, specs([3], [3, 2]));
    expect(averaged.resultHost()).toBe(0.75);
    // True 0.9, 0.6, 0.5 against false 0.1, 0.4, 0.7: 7 of 9 pairs.
    expect(pooled.resultHost()).toBeCloseTo(7 / 9, 12);
  });

  test('a NaN among the scores is seen', () => {
    const auc = new AUC();
    auc.updateHost(Float32Array.of(0, 1), Float32Array.of(0, Number.NaN), specs([2], [2]));
    expect(auc.resultHost()).toBeNaN();
  });
});

describe('names and JSON', () => {
  const flat: Spec = { shape: [8, 1], dtype: 'float32' };
  test.each([
    ['accuracy', Accuracy, 'accuracy'],
    ['acc', Accuracy, 'acc'],
    ['mse', MeanSquaredError, 'mse'],
    ['mean_squared_error', MeanSquaredError, 'meanSquaredError'],
    ['f1Score', F1Score, 'f1Score'],
    ['f1_score', F1Score, 'f1Score'],
    ['topKCategoricalAccuracy', TopKCategoricalAccuracy, 'topKCategoricalAccuracy'],
    ['AUC', AUC, 'auc'],
    ['confusionMatrix', ConfusionMatrix, 'confusionMatrix'],
  ])('%s', (text, Class, name) => {
    const metric = metricFrom(text);
    expect(metric).toBeInstanceOf(Class);
    expect(metric.name).toBe(name);
  });

  test('accuracy beside a loss that takes logits decides at 0', async () => {
    const metric = metricFrom('accuracy', flat, flat, { config: { fromLogits: true } }) as Metric;
    expect(await measure(metric, tensor([1, 0]), tensor([0.2, -0.2]))).toBe(1);
    expect((metricFrom('accuracy', flat, flat, { config: {} }) as Accuracy).config.threshold).toBe(0.5);
  });

  test('JSON holds name and options', () => {
    expect(new AUC()).toBeInstanceOf(HostMetric);
    expect(JSON.parse(JSON.stringify(new Precision({ thresholds: [0.1, 0.2], name: 'p' })))).toEqual({
      type: 'Precision',
      name: 'p',
      config: { thresholds: [0.1, 0.2], topK: null, classId: null },
    });
  });

  test("metrics of one's own", async () => {
    const read = metricFromJSON(JSON.parse(JSON.stringify(new Bias())), { Bias }) as Metric;
    expect(read.name).toBe('bias');
    read.update(tensor([1, 2]), tensor([2, 4]));
    expect(await measure(read, tensor([0]), tensor([3]))).toBe(2);
    expect(await measure(new Overshoot(), tensor([0, 0]), tensor([3, -3]), tensor([3, 1]))).toBe(0.75);
  });
});

describe('errors read as prose', () => {
  const t = (...shape: number[]): Tensor => full(shape, 0);
  const cases: Readonly<Record<string, () => unknown>> = {
    'unknown name': () => metricFrom('accuracies'),
    'from a package': () => metricFromJSON({ type: 'acme/Bias', name: 'bias', config: {} }),
    'unknown option': () => new Precision({ top_k: 3 } as object),
    average: () => new F1Score({ average: 'mean' as 'macro' }),
    curve: () => new AUC({ curve: 'roc' as 'ROC' }),
    k: () => new TopKCategoricalAccuracy({ k: 0 }),
    normalize: () => new ConfusionMatrix({ normalize: 'true' as 'truth' }),
    'class numbers for rows': () => new CategoricalAccuracy().update(t(32), t(32, 10)),
    'rows for class numbers': () => new SparseCategoricalAccuracy().update(t(32, 10), t(32, 10)),
    'rows of another width': () => new Accuracy().update(t(32, 3), t(32, 10)),
    'another batch': () => new Accuracy().update(t(31), t(32, 1)),
    'numbers of another shape': () => new MeanSquaredError().update(t(32), t(32, 3)),
    'weights of another batch': () => new Accuracy().update(t(32), t(32, 1), t(31)),
    'a class that is none': () => new Precision({ classId: 10 }).update(t(32), t(32, 10)),
    'how many classes': () => new ConfusionMatrix().update(t(3), tensor([0, 1, 2], 'int32')),
    'area of different sizes': () =>
      new AUC().build({ shape: [32, 3], dtype: 'float32' }, { shape: [32, 10], dtype: 'float32' }),
    'no result yet': () => new Accuracy().result(),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    expect(cases[name]).toThrowErrorMatchingSnapshot();
  });
});
