// Every loss beyond the plain ones against a naive loop, on two backends, and its gradient against finite differences.
import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { type HostArray, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BinaryCrossentropy,
  BinaryFocalCrossentropy,
  binaryFocalCrossentropy,
  builtinLosses,
  CategoricalCrossentropy,
  CategoricalFocalCrossentropy,
  CategoricalGeneralizedCrossEntropy,
  Circle,
  CosineEmbedding,
  CosineSimilarity,
  CTC,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  categoricalHinge,
  circle,
  cosineEmbedding,
  cosineSimilarity,
  ctc,
  Dice,
  dice,
  GaussianNLL,
  gaussianNLL,
  HingeEmbedding,
  hinge,
  hingeEmbedding,
  huber,
  klDivergence,
  Loss,
  logCosh,
  lossFrom,
  MarginRanking,
  MultiLabelMargin,
  MultiMargin,
  marginRanking,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  multiLabelMargin,
  multiMargin,
  PoissonNLL,
  poisson,
  poissonNLL,
  SoftMargin,
  SparseCategoricalCrossentropy,
  softMargin,
  squaredHinge,
  TripletMargin,
  TripletMarginWithDistance,
  Tversky,
  tripletMargin,
  tripletMarginWithDistance,
  tversky,
} from '../src/index.ts';
import * as naive from './naive.ts';

type Nested = number | readonly Nested[];

/** Numbers that look random and are the same everywhere. */
const noise = (count: number, from = -2, to = 2): number[] =>
  Array.from({ length: count }, (_, i) => from + (to - from) * (((i + 1) * 0.6180339887) % 1));
const rows = (values: readonly number[], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));

const SCORES = rows(noise(20), 4);
const PROBABILITIES = SCORES.map(naive.softmax);
const CHANCES = rows(noise(20, 0.05, 0.95), 4);
const CLASSES = [0, 3, 1, 2, 3];
const ONE_HOT = CLASSES.map((label) => [0, 1, 2, 3].map((k) => Number(k === label)));
const MANY = [
  [1, 0, 1, 0],
  [0, 0, 0, 1],
  [1, 1, 0, 1],
  [0, 1, 0, 0],
  [1, 0, 0, 1],
];
const SIGNS = MANY.map((row) => row.map((label) => 2 * label - 1));
const COUNTS = [
  [0, 1, 3, 2],
  [5, 0, 1, 2],
  [1, 1, 1, 4],
  [2, 2, 0, 0],
  [3, 7, 2, 1],
];
const PAIR_SIGNS = [1, -1, 1, -1, -1];
const TRIPLES = rows(rows(noise(60), 4).flat(), 12).map((row) => rows(row, 4));
const EMBEDDINGS = rows(noise(18), 3).map((row) => row.map((value) => value / Math.hypot(...row)));
const OWNERS = [0, 1, 0, 2, 1, 0];
const PICTURES = rows(noise(16, 0, 1), 8).map((picture) => rows(picture, 2));
const AREAS = rows(
  noise(16, 0, 1).map((value) => Number(value > 0.4)),
  8,
).map((picture) => rows(picture, 2));
const SPEECH = rows(noise(36), 12).map((sample) => rows(sample, 3));
const TEXTS = [
  [1, 2, 0],
  [2, 2, 0],
  [0, 0, 0],
];

const flat = (nested: Nested): number[] => (typeof nested === 'number' ? [nested] : nested.flatMap(flat));
const each = <T>(values: readonly T[], f: (value: T, i: number) => number): number[] => values.map(f);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Case {
  readonly loss: Loss;
  /** The same as a function. */
  readonly plain: (truth: Tensor, prediction: Tensor) => Tensor;
  readonly truth: Nested;
  readonly prediction: Nested;
  readonly expected: readonly number[];
}

const none = { reduction: 'none' } as const;
const cases: Readonly<Record<string, Case>> = {
  BinaryFocalCrossentropy: {
    loss: new BinaryFocalCrossentropy(none),
    plain: binaryFocalCrossentropy,
    truth: MANY,
    prediction: CHANCES,
    expected: each(CHANCES, (p, i) => naive.binaryFocal(MANY[i]!, p)),
  },
  'BinaryFocalCrossentropy of logits, balanced and smoothed': {
    loss: new BinaryFocalCrossentropy({
      ...none,
      applyClassBalancing: true,
      alpha: 0.3,
      gamma: 1.5,
      fromLogits: true,
      labelSmoothing: 0.1,
    }),
    plain: (t, p) =>
      binaryFocalCrossentropy(t, p, {
        applyClassBalancing: true,
        alpha: 0.3,
        gamma: 1.5,
        fromLogits: true,
        labelSmoothing: 0.1,
      }),
    truth: MANY,
    prediction: SCORES,
    expected: each(SCORES, (z, i) =>
      naive.binaryFocal(MANY[i]!, naive.fromLogits(z), { gamma: 1.5, alpha: 0.3, smoothing: 0.1 }),
    ),
  },
  CategoricalFocalCrossentropy: {
    loss: new CategoricalFocalCrossentropy(none),
    plain: categoricalFocalCrossentropy,
    truth: ONE_HOT,
    prediction: CHANCES,
    expected: each(CHANCES, (p, i) => naive.categoricalFocal(ONE_HOT[i]!, p)),
  },
  'CategoricalFocalCrossentropy of logits, an alpha per class': {
    loss: new CategoricalFocalCrossentropy({
      ...none,
      alpha: [0.1, 0.2, 0.3, 0.4],
      gamma: 3,
      fromLogits: true,
      labelSmoothing: 0.2,
    }),
    plain: (t, p) =>
      categoricalFocalCrossentropy(t, p, {
        alpha: [0.1, 0.2, 0.3, 0.4],
        gamma: 3,
        fromLogits: true,
        labelSmoothing: 0.2,
      }),
    truth: ONE_HOT,
    prediction: SCORES,
    expected: each(SCORES, (z, i) =>
      naive.categoricalFocal(ONE_HOT[i]!, naive.softmax(z), [0.1, 0.2, 0.3, 0.4], 3, 0.2),
    ),
  },
  CategoricalGeneralizedCrossEntropy: {
    loss: new CategoricalGeneralizedCrossEntropy({ ...none, q: 0.7 }),
    plain: (t, p) => categoricalGeneralizedCrossEntropy(t, p, 0.7),
    truth: CLASSES,
    prediction: PROBABILITIES,
    expected: each(PROBABILITIES, (p, i) => naive.generalized(CLASSES[i]!, p, 0.7)),
  },
  Dice: {
    loss: new Dice(none),
    plain: dice,
    truth: AREAS,
    prediction: PICTURES,
    expected: [naive.dice(flat(AREAS), flat(PICTURES))],
  },
  'Dice of each picture': {
    loss: new Dice({ ...none, axis: [1, 2] }),
    plain: (t, p) => dice(t, p, { axis: [1, 2] }),
    truth: AREAS,
    prediction: PICTURES,
    expected: each(PICTURES, (picture, i) => naive.dice(flat(AREAS[i]!), flat(picture))),
  },
  Tversky: {
    loss: new Tversky({ ...none, alpha: 0.3, beta: 0.8 }),
    plain: (t, p) => tversky(t, p, { alpha: 0.3, beta: 0.8 }),
    truth: AREAS,
    prediction: PICTURES,
    expected: [naive.tversky(flat(AREAS), flat(PICTURES), 0.3, 0.8)],
  },
  'Tversky of each picture': {
    loss: new Tversky({ ...none, axis: [1, 2] }),
    plain: (t, p) => tversky(t, p, { axis: [1, 2] }),
    truth: AREAS,
    prediction: PICTURES,
    expected: each(PICTURES, (picture, i) => naive.tversky(flat(AREAS[i]!), flat(picture), 0.5, 0.5)),
  },
  Circle: {
    loss: new Circle({ ...none, gamma: 5, margin: 0.2 }),
    plain: (t, p) => circle(t, p, { gamma: 5, margin: 0.2 }),
    truth: OWNERS,
    prediction: EMBEDDINGS,
    expected: naive.circle(OWNERS, EMBEDDINGS, 5, 0.2),
  },
  'Circle, pairs with oneself': {
    loss: new Circle({ ...none, gamma: 3, removeDiagonal: false }),
    plain: (t, p) => circle(t, p, { gamma: 3, removeDiagonal: false }),
    truth: OWNERS,
    prediction: EMBEDDINGS,
    expected: naive.circle(OWNERS, EMBEDDINGS, 3, 0.4, true),
  },
  CTC: {
    loss: new CTC(none),
    plain: ctc,
    truth: TEXTS,
    prediction: SPEECH,
    expected: each(SPEECH, (sample, i) => naive.ctc(TEXTS[i]!, sample.map(naive.softmax))),
  },
  'CTC of probabilities, another blank': {
    loss: new CTC({ ...none, fromLogits: false, blankIndex: 2 }),
    plain: (t, p) => ctc(t, p, { fromLogits: false, blankIndex: 2 }),
    truth: [
      [0, 1],
      [0, 0],
      [1, -1],
    ],
    prediction: SPEECH.map((sample) => sample.map(naive.softmax)),
    expected: each(SPEECH, (sample, i) =>
      naive.ctc(
        [
          [0, 1],
          [0, 0],
          [1, -1],
        ][i]!,
        sample.map(naive.softmax),
        2,
      ),
    ),
  },
  GaussianNLL: {
    loss: new GaussianNLL(none),
    plain: gaussianNLL,
    truth: COUNTS,
    prediction: SCORES.map((mu, i) => [...mu, ...CHANCES[i]!]),
    expected: each(SCORES, (mu, i) => naive.gaussian(COUNTS[i]!, mu, CHANCES[i]!)),
  },
  'GaussianNLL, complete, variances from a half on': {
    loss: new GaussianNLL({ ...none, full: true, epsilon: 0.5 }),
    plain: (t, p) => gaussianNLL(t, p, { full: true, epsilon: 0.5 }),
    truth: COUNTS,
    prediction: SCORES.map((mu, i) => [...mu, ...CHANCES[i]!]),
    expected: each(SCORES, (mu, i) =>
      naive.gaussian(
        COUNTS[i]!,
        mu,
        CHANCES[i]!.map((v) => Math.max(0.5, v)),
        Math.log(2 * Math.PI) / 2,
      ),
    ),
  },
  PoissonNLL: {
    loss: new PoissonNLL(none),
    plain: poissonNLL,
    truth: COUNTS,
    prediction: SCORES,
    expected: each(SCORES, (z, i) => mean(z.map((value, k) => Math.exp(value) - COUNTS[i]![k]! * value))),
  },
  'PoissonNLL of means, complete': {
    loss: new PoissonNLL({ ...none, logInput: false, full: true }),
    plain: (t, p) => poissonNLL(t, p, { logInput: false, full: true }),
    truth: COUNTS,
    prediction: CHANCES,
    expected: each(CHANCES, (p, i) =>
      mean(p.map((value, k) => value - COUNTS[i]![k]! * Math.log(value + 1e-8) + naive.stirling(COUNTS[i]![k]!))),
    ),
  },
  SoftMargin: {
    loss: new SoftMargin(none),
    plain: softMargin,
    truth: SIGNS,
    prediction: SCORES,
    expected: each(SCORES, (z, i) => mean(z.map((value, k) => Math.log(1 + Math.exp(-SIGNS[i]![k]! * value))))),
  },
  MultiMargin: {
    loss: new MultiMargin(none),
    plain: multiMargin,
    truth: CLASSES,
    prediction: SCORES,
    expected: each(SCORES, (z, i) => naive.multiMargin(CLASSES[i]!, z, 1, 1)),
  },
  'MultiMargin, squared': {
    loss: new MultiMargin({ ...none, p: 2, margin: 0.5 }),
    plain: (t, p) => multiMargin(t, p, { p: 2, margin: 0.5 }),
    truth: CLASSES.map((label) => [label]),
    prediction: SCORES,
    expected: each(SCORES, (z, i) => naive.multiMargin(CLASSES[i]!, z, 2, 0.5)),
  },
  MultiLabelMargin: {
    loss: new MultiLabelMargin(none),
    plain: multiLabelMargin,
    truth: MANY,
    prediction: SCORES,
    expected: each(SCORES, (z, i) => naive.multiLabelMargin(MANY[i]!, z)),
  },
  HingeEmbedding: {
    loss: new HingeEmbedding({ ...none, margin: 0.8 }),
    plain: (t, p) => hingeEmbedding(t, p, 0.8),
    truth: SIGNS,
    prediction: CHANCES,
    expected: each(CHANCES, (p, i) =>
      mean(p.map((value, k) => (SIGNS[i]![k] === 1 ? value : Math.max(0, 0.8 - value)))),
    ),
  },
  MarginRanking: {
    loss: new MarginRanking({ ...none, margin: 0.3 }),
    plain: (t, p) => marginRanking(t, p, 0.3),
    truth: PAIR_SIGNS,
    prediction: SCORES.map((z) => z.slice(0, 2)),
    expected: each(SCORES, ([a, b], i) => Math.max(0, 0.3 - PAIR_SIGNS[i]! * (a! - b!))),
  },
  CosineEmbedding: {
    loss: new CosineEmbedding({ ...none, margin: 0.1 }),
    plain: (t, p) => cosineEmbedding(t, p, 0.1),
    truth: PAIR_SIGNS,
    prediction: TRIPLES.map((triple) => triple.slice(0, 2)),
    expected: each(TRIPLES, ([a, b], i) => {
      const cosine = naive.cosine(a!, b!);
      return PAIR_SIGNS[i] === 1 ? 1 - cosine : Math.max(0, cosine - 0.1);
    }),
  },
  TripletMargin: {
    loss: new TripletMargin(none),
    plain: (_, p) => triplets(p, {}),
    truth: PAIR_SIGNS,
    prediction: TRIPLES,
    expected: each(TRIPLES, ([a, p, n]) => Math.max(0, naive.distance(a!, p!, 2) - naive.distance(a!, n!, 2) + 1)),
  },
  'TripletMargin, swapped, along the axes': {
    loss: new TripletMargin({ ...none, margin: 0.5, p: 1, swap: true }),
    plain: (_, p) => triplets(p, { margin: 0.5, p: 1, swap: true }),
    truth: PAIR_SIGNS,
    prediction: TRIPLES,
    expected: each(TRIPLES, ([a, p, n]) => {
      const far = Math.min(naive.distance(a!, n!, 1), naive.distance(p!, n!, 1));
      return Math.max(0, naive.distance(a!, p!, 1) - far + 0.5);
    }),
  },
  'TripletMarginWithDistance, by fourth powers': {
    loss: new TripletMarginWithDistance(fourth, { ...none, margin: 2, swap: true }),
    plain: (_, p) => tripletMarginWithDistance(...triple(p), fourth, { margin: 2, swap: true }),
    truth: PAIR_SIGNS,
    prediction: TRIPLES,
    expected: each(TRIPLES, ([a, p, n]) => {
      const far = (x: readonly number[], y: readonly number[]): number =>
        x.reduce((sum, v, k) => sum + (v - y[k]!) ** 4, 0);
      return Math.max(0, far(a!, p!) - Math.min(far(a!, n!), far(p!, n!)) + 2);
    }),
  },
};

function fourth(a: Tensor, b: Tensor): Tensor {
  return a.sub(b).square().square().sum(-1);
}

function triplets(prediction: Tensor, options: object): Tensor {
  return tripletMargin(...triple(prediction), options);
}

function triple(prediction: Tensor): [Tensor, Tensor, Tensor] {
  const part = (k: number): Tensor => prediction.slice([0, k, 0], [5, 1, 4]).reshape([5, 4]);
  return [part(0), part(1), part(2)];
}

test('a distance is a function, which files cannot hold', () => {
  expect(() => new TripletMarginWithDistance(fourth).toJSON()).toThrow(
    'TripletMarginWithDistance: distance is a function, which a file cannot hold. Save the weights alone, or write a loss of your own with a type.',
  );
  expect(() => new TripletMarginWithDistance({})).toThrow(
    'TripletMarginWithDistance: distance must be a function of two tensors, got null.',
  );
});

describe.each(Object.entries(cases))('%s', (_, { loss, plain, truth, prediction, expected }) => {
  test.each([
    ['reference', async () => reference()],
    ['cpu', async () => cpu()],
  ] as const)('by a naive loop, on %s', async (_, backend) => {
    setBackend(await backend());
    const [y, p] = [tensor(truth as never), tensor(prediction as never)];
    for (const found of [loss.apply(y, p), plain(y, p)]) {
      const values = [...(await found.data())];
      expect(values).toHaveLength(expected.length);
      for (const [i, value] of values.entries()) {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected[i]!)));
      }
    }
    expect(
      await new (loss.constructor as new (options: object) => Loss)({ ...loss.config, reduction: 'sum' })
        .apply(y, p)
        .item(),
    ).toBeCloseTo(
      expected.reduce((sum, value) => sum + value, 0),
      4,
    );
  });

  test('its gradient agrees with finite differences', async () => {
    setBackend(reference());
    const y = tensor(truth as never);
    const at = [...(await tensor(prediction as never).data())];
    const { shape } = tensor(prediction as never);
    const total = (values: readonly number[]): Tensor => plain(y, tensor([...values]).reshape(shape)).sum();
    const p = tensor([...at]);
    const [slope] = gradients(plain(y, p.reshape(shape)).sum(), [p]);
    const found = [...(await slope!.data())];
    // Along a few directions: the reference computes in float64, its inputs are rounded to float32.
    for (const seed of [1, 2, 3]) {
      const direction = at.map((_, i) => Math.sin(seed + 1.7 * i));
      const h = 2 ** -13;
      const ahead = at.map((value, i) => Math.fround(value + h * direction[i]!));
      const behind = at.map((value, i) => Math.fround(value - h * direction[i]!));
      const rise = await total(ahead).sub(total(behind)).item();
      const expected = found.reduce((sum, value, i) => sum + value * (ahead[i]! - behind[i]!), 0);
      expect(Math.abs(rise - expected) / (2 * h)).toBeLessThan(2e-3 * Math.max(1, Math.abs(expected / (2 * h))));
    }
  });
});

describe('every loss', () => {
  beforeAll(() => setBackend(reference()));

  test.each(Object.keys(builtinLosses))('%s is found by its name and comes back from JSON', (type) => {
    const Class = builtinLosses[type as 'Huber'];
    expect(Class.type).toBe(type);
    const loss = new (Class as unknown as new (options: object) => Loss)({ reduction: 'sum' });
    const read = lossFrom(JSON.parse(JSON.stringify(loss)));
    expect(read.constructor).toBe(Class);
    expect(read.toJSON()).toEqual(loss.toJSON());
    expect(lossFrom(type.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()).constructor).toBe(Class);
  });

  test.each([
    ['huber', huber, [[0.125, 1.5]]],
    ['logCosh', logCosh, [[Math.log(Math.cosh(0.5)), Math.log(Math.cosh(2))]]],
    ['meanAbsolutePercentageError', meanAbsolutePercentageError, [[50, 100]]],
    [
      'meanSquaredLogarithmicError',
      meanSquaredLogarithmicError,
      [[(Math.log(2) - Math.log(1.5)) ** 2, (Math.log(3) - Math.log(5)) ** 2]],
    ],
    ['poisson', poisson, [[0.5 - Math.log(0.5), 4 - 2 * Math.log(4)]]],
    ['hinge', hinge, [[0.5, 0]]],
    ['squaredHinge', squaredHinge, [[0.25, 0]]],
  ] as const)('%s as a function averages over the last axis', async (_, f, [expected]) => {
    const values = await f(tensor([[1, 2]]), tensor([[0.5, 4]])).data();
    expect(values[0]).toBeCloseTo(mean([...expected!]), 5);
  });

  test.each([
    ['klDivergence', klDivergence, 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5)],
    ['cosineSimilarity', cosineSimilarity, -Math.SQRT1_2 * (1 / Math.sqrt(0.625))],
    ['categoricalHinge', categoricalHinge, Math.max(0, 1 + Math.max(0.125, 0.375) - 0.5)],
  ] as const)('%s as a function', async (_, f, expected) => {
    const values = await f(tensor([[0.75, 0.25]]), tensor([[0.5, 0.5]])).data();
    expect(values[0]).toBeCloseTo(expected, 5);
  });
});

describe('axes', () => {
  beforeAll(() => setBackend(reference()));
  const swapped = (x: Tensor): Tensor => x.transpose([0, 2, 1]);
  const [y, p] = [tensor(AREAS), tensor(PICTURES)];

  test.each<[string, (axis: number) => Loss]>([
    ['CategoricalCrossentropy', (axis) => new CategoricalCrossentropy({ ...none, axis, labelSmoothing: 0.1 })],
    ['CategoricalFocalCrossentropy', (axis) => new CategoricalFocalCrossentropy({ ...none, axis })],
    ['BinaryCrossentropy', (axis) => new BinaryCrossentropy({ ...none, axis })],
    ['BinaryFocalCrossentropy', (axis) => new BinaryFocalCrossentropy({ ...none, axis })],
    ['CosineSimilarity', (axis) => new CosineSimilarity({ ...none, axis })],
  ])('%s along another axis is that of the data turned round', async (_, make) => {
    const found = await make(1).apply(y, p).data();
    const expected = await make(-1).apply(swapped(y), swapped(p)).data();
    for (const [i, value] of [...found].entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });

  test('SparseCategoricalCrossentropy too, and through a softmax along that axis', async () => {
    const labels = tensor(
      [
        [0, 3],
        [2, 1],
      ],
      'int32',
    );
    const along = new SparseCategoricalCrossentropy({ ...none, axis: 1 });
    const last = new SparseCategoricalCrossentropy(none);
    const expected = [...(await last.apply(labels, swapped(p).softmax()).data())];
    for (const prediction of [p.softmax(1), p.softmax(1).cast('float64').cast('float32')]) {
      for (const [i, value] of [...(await along.apply(labels, prediction).data())].entries())
        expect(value).toBeCloseTo(expected[i]!, 6);
    }
  });
});

describe('what counts', () => {
  beforeAll(() => setBackend(reference()));
  const [y, p] = [tensor(MANY), tensor(CHANCES)];
  const squares = MANY.map((row, i) => mean(row.map((t, k) => (t - CHANCES[i]![k]!) ** 2)));
  const WEIGHTS = [0.5, 2, 1, 0, 3];
  const MASK = [1, 1, 0, 1, 0];
  const over = (indices: readonly number[], weight: (i: number) => number): number =>
    indices.reduce((sum, i) => sum + weight(i) * squares[i]!, 0);

  test.each<[string, object, Tensor | undefined, Tensor | undefined, number]>([
    ['weights', {}, tensor(WEIGHTS), undefined, over([0, 1, 2, 3, 4], (i) => WEIGHTS[i]!) / 5],
    [
      'weights, Keras name',
      { reduction: 'sumOverBatchSize' },
      tensor(WEIGHTS),
      undefined,
      over([0, 1, 2, 3, 4], (i) => WEIGHTS[i]!) / 5,
    ],
    [
      'weights that share',
      { reduction: 'meanWithSampleWeight' },
      tensor(WEIGHTS),
      undefined,
      over([0, 1, 2, 3, 4], (i) => WEIGHTS[i]!) / 6.5,
    ],
    ['nothing that shares', { reduction: 'meanWithSampleWeight' }, undefined, undefined, mean(squares)],
    ['a mask', {}, undefined, tensor(MASK), over([0, 1, 3], () => 1) / 3],
    ['a mask and weights', {}, tensor(WEIGHTS), tensor(MASK), over([0, 1, 3], (i) => WEIGHTS[i]!) / 3],
    [
      'a mask and weights that share',
      { reduction: 'meanWithSampleWeight' },
      tensor(WEIGHTS),
      tensor(MASK),
      over([0, 1, 3], (i) => WEIGHTS[i]!) / 2.5,
    ],
    ['a mask, summed', { reduction: 'sum' }, undefined, tensor(MASK), over([0, 1, 3], () => 1)],
    ['a mask of nothing', {}, undefined, tensor([0, 0, 0, 0, 0]), 0],
    ['weights of nothing', { reduction: 'meanWithSampleWeight' }, tensor([0, 0, 0, 0, 0]), undefined, 0],
  ])('%s', async (_, options, weights, mask, expected) => {
    const loss = lossFrom({ type: 'MeanSquaredError', config: options as Record<string, unknown> });
    expect(await loss.apply(y, p, weights, mask?.cast('bool')).item()).toBeCloseTo(expected, 6);
  });

  test('what is masked may be infinite, and has no gradient', async () => {
    class Surprise extends Loss {
      static override readonly type: string = 'test/Surprise';
      override call(_: Tensor, prediction: Tensor): Tensor {
        return prediction.log().neg().mean(-1);
      }
    }
    // -ln 0 is infinite, and so is its gradient; -ln 0.5 has the gradient -2, over two that count.
    const prediction = tensor([[[0.5], [0]], [[0.5], [0]]]); // biome-ignore format: a matrix
    const mask = tensor([[1, 0], [1, 0]]).cast('bool'); // biome-ignore format: a matrix
    for (const [loss, weight] of [
      [new Surprise(), undefined],
      [new Surprise({ reduction: 'meanWithSampleWeight' }), tensor([1, 1])],
    ] as const) {
      const value = loss.apply(prediction, prediction, weight, mask);
      const [slopes] = gradients(value, [prediction]);
      expect(await value.item()).toBeCloseTo(Math.LN2, 6);
      expect(await slopes!.array()).toEqual([[[-1], [0]], [[-1], [0]]]); // biome-ignore format: a matrix
    }
    const wild = tensor([[[1], [Number.POSITIVE_INFINITY]]]);
    const squared = lossFrom('mse').apply(tensor([[[0], [0]]]), wild, undefined, tensor([[1, 0]]).cast('bool'));
    const [slopes] = gradients(squared, [wild]);
    expect(await squared.item()).toBe(1);
    expect(await slopes!.array()).toEqual([[[2], [0]]]);
  });

  test('a class that is ignored costs nothing and is not in the mean', async () => {
    const [labels, scores] = [tensor([0, -1, 1, -1, 3], 'int32'), tensor(PROBABILITIES)];
    const losses = [0, 2, 4].map((i) => -Math.log(PROBABILITIES[i]![[0, 0, 1, 0, 3][i]!]!));
    const loss = new SparseCategoricalCrossentropy({ ignoreClass: -1 });
    expect(await loss.apply(labels, scores).item()).toBeCloseTo(mean(losses), 6);
    const each = new SparseCategoricalCrossentropy({ ignoreClass: -1, reduction: 'none' });
    const found = [...(await each.apply(labels, scores).data())];
    for (const [i, value] of [losses[0]!, 0, losses[1]!, 0, losses[2]!].entries())
      expect(found[i]).toBeCloseTo(value, 6);
    const spec = { shape: [5], dtype: 'int32' } as const;
    const host: HostArray = Int32Array.of(0, -1, 1, -1, 3);
    loss.checkLabels(host, spec, scores.spec);
    expect(() => new SparseCategoricalCrossentropy().checkLabels(host, spec, scores.spec)).toThrow(
      'label -1 at index 1',
    );
  });

  test('Circle: the mean of the embeddings that have a loss at all', async () => {
    // The only one of its class has no pair.
    const [labels, embeddings] = [
      tensor([0, 0, 1]),
      tensor([
        [1, 0],
        [1, 0],
        [0, 1],
      ]),
    ];
    const losses = naive.circle(
      [0, 0, 1],
      [
        [1, 0],
        [1, 0],
        [0, 1],
      ],
      2,
      0.4,
    );
    expect(losses[2]).toBe(0);
    const found = await new Circle({ gamma: 2 }).apply(labels, embeddings).item();
    expect(found).toBeCloseTo(mean(losses.slice(0, 2)), 6);
  });

  test('half floats are compared as single ones', async () => {
    const found = new CategoricalCrossentropy().apply(tensor(ONE_HOT), tensor(PROBABILITIES).cast('float16'));
    expect(found.dtype).toBe('float32');
    const exact = mean(PROBABILITIES.map((row, i) => -Math.log(row[CLASSES[i]!]!)));
    expect(await found.item()).toBeCloseTo(exact, 2);
  });
});

describe('CTC', () => {
  beforeAll(() => setBackend(reference()));

  test('counts only as many steps as there are', async () => {
    const lengths = [3, 4, 1];
    const found = await ctc(tensor(TEXTS, 'int32'), tensor(SPEECH), { inputLengths: tensor(lengths, 'int32') }).data();
    for (const [i, sample] of SPEECH.entries()) {
      const expected = naive.ctc(TEXTS[i]!, sample.slice(0, lengths[i]).map(naive.softmax));
      expect(found[i]).toBeCloseTo(expected, 5);
    }
  });

  test('is infinite where the time is too short, and says so before training', async () => {
    const [labels, scores] = [
      tensor(
        [
          [1, 1, 1],
          [1, 2, 1],
        ],
        'int32',
      ),
      tensor(SPEECH.slice(0, 2)),
    ];
    const found = await new CTC(none).apply(labels, scores).data();
    expect(found[0]).toBe(Number.POSITIVE_INFINITY);
    expect(found[1]).toBeGreaterThan(0);
    const check = (...values: number[]): void =>
      new CTC().checkLabels(Int32Array.from(values), { shape: [2, 3], dtype: 'int32' }, scores.spec);
    expect(() => check(1, 2, 0, 1, 1, 1)).toThrow(
      'CTC: the label at index 1 needs 5 time steps, one per symbol and one between equal neighbours; the prediction has 4. Predict more steps, or shorten the label.',
    );
    expect(() => check(1, 2, 0, 1, 3, 1)).toThrow(
      'CTC: label 3 at index [1, 1] is no class. They are numbered 0 to 2; negative numbers are blanks.',
    );
    check(1, 2, 0, 1, 2, -1);
  });
});

describe('errors read as prose', () => {
  const t = (...shape: number[]): Tensor =>
    tensor(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0)).reshape(shape);
  const messages: Readonly<Record<string, () => unknown>> = {
    'no pairs': () => new MarginRanking().apply(t(4), t(4, 3)),
    'no triples': () => new TripletMargin().apply(t(4), t(4, 8)),
    'labels for pairs': () => new CosineEmbedding().apply(t(3), t(4, 2, 8)),
    'variances missing': () => new GaussianNLL().apply(t(4, 3), t(4, 3)),
    'no sequence': () => new CTC().apply(t(4, 3), t(4, 8)),
    'labels of another batch': () => new CTC().apply(t(3, 3), t(4, 8, 5)),
    'no embeddings': () => new Circle().apply(t(4), t(4, 3, 2)),
    'axis outside': () => new CategoricalCrossentropy({ axis: 2 }).apply(t(4, 3), t(4, 3)),
    'an alpha too few': () => new CategoricalFocalCrossentropy({ alpha: [1, 2] }).apply(t(4, 3), t(4, 3)),
    'q of 1': () => new CategoricalGeneralizedCrossEntropy({ q: 1 }),
    'negative gamma': () => new BinaryFocalCrossentropy({ gamma: -1 }),
    'power of 3': () => new MultiMargin({ p: 3 }),
    'weights for one loss': () => new Dice().apply(t(4, 3), t(4, 3), t(4)),
    'mask of another batch': () => new SoftMargin().apply(t(4, 3), t(4, 3), undefined, t(3)),
  };

  test.each(Object.keys(messages))('%s', (name) => {
    setBackend(reference());
    expect(messages[name]).toThrowErrorMatchingSnapshot();
  });
});
