import { checkGradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { ConfigError, type HostArray, ShapeError, type Spec, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  Huber,
  LogCosh,
  Loss,
  type LossConfig,
  lossFrom,
  MeanAbsoluteError,
  MeanSquaredError,
  meanAbsoluteError,
  meanSquaredError,
  SparseCategoricalCrossentropy,
} from '../src/index.ts';

beforeAll(() => setBackend(reference()));

class Pinball extends Loss<LossConfig & { readonly quantile: number }> {
  static override readonly type: string = 'acme/Pinball';
  static override readonly defaults: object = { quantile: 0.5 };
  call(truth: Tensor, prediction: Tensor): Tensor {
    const error = truth.sub(prediction);
    return error
      .mul(this.config.quantile)
      .maximum(error.mul(this.config.quantile - 1))
      .mean(-1);
  }
}

describe('regression', () => {
  const truth = tensor([
    [1, 2],
    [3, 4],
  ]);
  const prediction = tensor([
    [1.5, 2],
    [0, 8],
  ]);
  // Errors 0.5, 0 and -3, 4.
  test.each<[string, Loss, number[]]>([
    ['MeanSquaredError', new MeanSquaredError({ reduction: 'none' }), [0.125, 12.5]],
    ['MeanAbsoluteError', new MeanAbsoluteError({ reduction: 'none' }), [0.25, 3.5]],
    ['Huber', new Huber({ reduction: 'none' }), [0.0625, 3]],
    ['Huber, delta 3', new Huber({ reduction: 'none', delta: 3 }), [0.0625, (4.5 + 7.5) / 2]],
    [
      'LogCosh',
      new LogCosh({ reduction: 'none' }),
      [Math.log(Math.cosh(0.5)) / 2, (Math.log(Math.cosh(3)) + Math.log(Math.cosh(4))) / 2],
    ],
  ])('%s', async (_, loss, expected) => {
    const values = await loss.apply(truth, prediction).data();
    for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 6);
  });

  test('gradients agree with finite differences', async () => {
    for (const loss of [
      meanSquaredError,
      meanAbsoluteError,
      (t: Tensor, p: Tensor) => new Huber().call(t, p),
      (t: Tensor, p: Tensor) => new LogCosh().call(t, p),
    ]) {
      await checkGradients(
        (p) => loss(truth, p),
        [
          tensor([
            [1.4, 2.3],
            [0.1, 7.7],
          ]),
        ],
      );
    }
  });

  test('a flat batch is one number per sample, and a missing last axis of size 1 is no mismatch', async () => {
    const flat = [tensor([1, 2, 3]), tensor([1, 4, 0])] as const;
    for (const [t, p] of [flat, [flat[0], flat[1].expandDims(-1)], [flat[0].expandDims(-1), flat[1]]] as const) {
      expect(await meanSquaredError(t, p).array()).toEqual([0, 4, 9]);
    }
  });
});

describe('the other losses of Keras', () => {
  const truth = [
    [0.2, 0.8, 2],
    [1, 0, 3],
  ];
  const prediction = [
    [0.5, 0.3, 1.5],
    [0.7, 0.4, 4],
  ];
  const signs = [
    [1, -1, 1],
    [-1, -1, 1],
  ];
  const oneHot = [
    [0, 1, 0],
    [0, 0, 1],
  ];
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const sum = (values: number[]): number => mean(values) * values.length;
  const between = (low: number, x: number): number => Math.min(1, Math.max(low, x));
  const length = (row: readonly number[]): number => Math.hypot(...row);

  test.each<[string, number[][], (t: number[], p: number[]) => number]>([
    [
      'meanAbsolutePercentageError',
      [
        [0.2, 0.8, 2],
        [1, -4, 3],
      ],
      (t, p) => 100 * mean(t.map((x, i) => Math.abs(x - p[i]!) / Math.abs(x))),
    ],
    [
      'mape',
      [
        [0, 1, 1],
        [1, 1, 1],
      ],
      (t, p) => 100 * mean(t.map((x, i) => Math.abs(x - p[i]!) / Math.max(1e-7, x))),
    ],
    ['msle', truth, (t, p) => mean(t.map((x, i) => (Math.log1p(Math.max(1e-7, x)) - Math.log1p(p[i]!)) ** 2))],
    ['poisson', truth, (t, p) => mean(t.map((x, i) => p[i]! - x * Math.log(p[i]! + 1e-7)))],
    [
      'kld',
      truth,
      (t, p) => sum(t.map((x, i) => between(1e-7, x) * Math.log(between(1e-7, x) / between(1e-7, p[i]!)))),
    ],
    ['cosineSimilarity', truth, (t, p) => -sum(t.map((x, i) => x * p[i]!)) / length(t) / length(p)],
    ['hinge', signs, (t, p) => mean(t.map((x, i) => Math.max(0, 1 - x * p[i]!)))],
    ['hinge', oneHot, (t, p) => mean(t.map((x, i) => Math.max(0, 1 - (2 * x - 1) * p[i]!)))],
    ['squaredHinge', signs, (t, p) => mean(t.map((x, i) => Math.max(0, 1 - x * p[i]!) ** 2))],
    [
      'categoricalHinge',
      oneHot,
      (t, p) => Math.max(0, 1 + Math.max(...p.map((x, i) => x * (1 - t[i]!))) - sum(p.map((x, i) => x * t[i]!))),
    ],
  ])('%s', async (name, labels, formula) => {
    const loss = lossFrom(name);
    const values = await loss.call(tensor(labels), tensor(prediction)).data();
    const expected = labels.map((row, i) => formula(row, prediction[i]!));
    for (const [i, value] of expected.entries()) {
      expect(values[i]! / Math.max(1, Math.abs(value))).toBeCloseTo(value / Math.max(1, Math.abs(value)), 5);
    }
    await checkGradients(
      (p) => loss.call(tensor(labels), p).mul(1 / Math.max(1, ...expected.map(Math.abs))),
      [tensor(prediction.map((row) => row.map((x) => x * 0.9)))],
    );
  });
});

describe('reduction and sample weights', () => {
  const truth = tensor([[0], [0], [0], [0]]);
  const prediction = tensor([[1], [2], [3], [4]]);
  const weights = tensor([1, 0, 2, 0.5]);

  test.each([
    ['mean', 30 / 4, 27 / 4],
    ['sum', 30, 27],
  ] as const)('%s', async (reduction, plain, weighted) => {
    const loss = new MeanSquaredError({ reduction });
    expect(await loss.apply(truth, prediction).item()).toBe(plain);
    expect(await loss.apply(truth, prediction, weights).item()).toBe(weighted);
    expect(await loss.apply(truth, prediction, weights.expandDims(-1)).item()).toBe(weighted);
  });

  test('none', async () => {
    const loss = new MeanSquaredError({ reduction: 'none' });
    expect(await loss.apply(truth, prediction, weights).array()).toEqual([1, 0, 18, 8]);
  });

  test('one weight per sample holds for all its steps; one per step as well', async () => {
    const steps = (values: number[][]): Tensor => tensor(values).expandDims(-1);
    const loss = new MeanSquaredError({ reduction: 'sum' });
    const y = steps([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const p = steps([
      [1, 2, 3],
      [1, 1, 1],
    ]);
    expect(await loss.apply(y, p, tensor([1, 10])).item()).toBe(14 + 30);
    expect(
      await loss
        .apply(
          y,
          p,
          tensor([
            [1, 0, 0],
            [0, 1, 2],
          ]),
        )
        .item(),
    ).toBe(1 + 3);
  });

  test('no samples, no loss', async () => {
    expect(await new MeanSquaredError().apply(tensor([]), tensor([])).item()).toBe(0);
  });
});

describe('names and JSON', () => {
  test.each([
    ['categoricalCrossentropy', CategoricalCrossentropy],
    ['categorical_crossentropy', CategoricalCrossentropy],
    ['CategoricalCrossentropy', CategoricalCrossentropy],
    ['sparseCategoricalCrossentropy', SparseCategoricalCrossentropy],
    ['binaryCrossentropy', BinaryCrossentropy],
    ['mse', MeanSquaredError],
    ['meanSquaredError', MeanSquaredError],
    ['mae', MeanAbsoluteError],
    ['huber', Huber],
  ])('%s', (name, Class) => expect(lossFrom(name)).toBeInstanceOf(Class));

  test('a loss is itself', () => {
    const loss = new MeanSquaredError();
    expect(lossFrom(loss)).toBe(loss);
  });

  test('JSON holds the options', () => {
    const smooth = new CategoricalCrossentropy({ fromLogits: true, labelSmoothing: 0.1 });
    expect(JSON.parse(JSON.stringify(smooth))).toEqual({
      type: 'CategoricalCrossentropy',
      config: { reduction: 'mean', fromLogits: true, labelSmoothing: 0.1, axis: -1 },
    });
  });

  test("a class of one's own", async () => {
    const read = lossFrom(JSON.parse(JSON.stringify(new Pinball({ quantile: 0.9 }))), { Pinball });
    expect(read).toBeInstanceOf(Pinball);
    expect(await read.apply(tensor([[10]]), tensor([[8]])).item()).toBeCloseTo(1.8, 6);
    expect(await read.apply(tensor([[8]]), tensor([[10]])).item()).toBeCloseTo(0.2, 6);
  });
});

describe('labels that are right pass', () => {
  const spec = (shape: number[], dtype: Spec['dtype'] = 'float32'): Spec => ({ shape, dtype });
  test.each<[Loss, HostArray, Spec]>([
    [new SparseCategoricalCrossentropy(), Int32Array.of(0, 9, 3), spec([3], 'int32')],
    [new SparseCategoricalCrossentropy(), Float32Array.of(0, 9), spec([2, 1])],
    [new CategoricalCrossentropy(), Float32Array.of(0.5, 0.2, 7, -1), spec([2, 2])],
    [new BinaryCrossentropy(), Float32Array.of(0, 1, 0.3), spec([3])],
    [new BinaryCrossentropy(), Uint8Array.of(0, 1), spec([2], 'bool')],
    [new MeanSquaredError(), Float32Array.of(-1e30, 1e30), spec([2])],
  ])('%#', (loss, labels, truth) => loss.checkLabels(labels, truth, spec([32, 10])));
});

describe('errors read as prose', () => {
  const t = (...shape: number[]): Tensor => tensor(new Array(shape.reduce((a, b) => a * b, 1)).fill(0)).reshape(shape);
  const check =
    (loss: Loss, labels: number[], shape: number[] = [labels.length], prediction: number[] = [32, 10]) =>
    (): void =>
      loss.checkLabels(Float32Array.from(labels), { shape, dtype: 'float32' }, { shape: prediction, dtype: 'float32' });
  const categorical = new CategoricalCrossentropy();
  const sparse = new SparseCategoricalCrossentropy();
  const binary = new BinaryCrossentropy();

  const cases: Readonly<Record<string, () => unknown>> = {
    'class numbers for rows': () => categorical.apply(t(32), t(32, 10)),
    'other number of classes': () => categorical.apply(t(32, 3), t(32, 10)),
    'rows for class numbers': () => sparse.apply(t(32, 10), t(32, 10)),
    'another batch': () => sparse.apply(t(31), t(32, 10)),
    'one class': () => sparse.apply(t(32), t(32, 1)),
    'class numbers for decisions': () => binary.apply(t(32), t(32, 10)),
    'decisions of another number': () => binary.apply(t(32, 3), t(32, 10)),
    'numbers of another shape': () => new MeanSquaredError().apply(t(32), t(32, 3)),
    'broadcasting is refused': () => new MeanSquaredError().apply(t(32, 1), t(32, 3)),
    'weights of another batch': () => new MeanSquaredError().apply(t(32, 1), t(32, 1), t(31)),
    'label above': check(sparse, [0, 3, 9, 12]),
    'labels from 1': check(sparse, [1, 10]),
    'negative label': check(sparse, [-1]),
    'label at a place': check(sparse, [0, 0, 0, 0, 11, 0], [2, 3, 1], [2, 3, 10]),
    'fraction as class number': check(sparse, [0.5]),
    'NaN as class number': check(sparse, [0, Number.NaN]),
    'NaN in rows': check(categorical, [0, 1, Number.NaN, 0], [2, 2]),
    'signs for decisions': check(binary, [1, -1]),
    'class numbers beyond two': check(binary, [0, 1, 2]),
    'infinite number': check(new MeanSquaredError(), [Number.POSITIVE_INFINITY]),
    'unknown option': () => new CategoricalCrossentropy({ from_logits: true } as object),
    'unknown reduction': () => new MeanSquaredError({ reduction: 'sum_over_batch_size' as 'sum' }),
    'label smoothing': () => new BinaryCrossentropy({ labelSmoothing: 2 }),
    delta: () => new Huber({ delta: -1 }),
    'unknown name': () => lossFrom('crossentropy'),
    'from a package': () => lossFrom({ type: 'acme/Pinball', config: {} }),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    let found: unknown;
    try {
      cases[name]!();
    } catch (error) {
      found = error;
    }
    expect(found instanceof ConfigError || found instanceof ShapeError).toBe(true);
    expect(String(found).replace(/\n\s+at .*/, '')).toMatchSnapshot();
  });
});
