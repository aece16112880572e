// The metrics beyond the first ones against naive loops over everything at once, however the data are cut into batches.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { setBackend, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  AUC,
  BalancedAccuracy,
  BinaryCrossentropy,
  BinaryIoU,
  builtinMetrics,
  CategoricalCrossentropy,
  CategoricalHinge,
  CohenKappa,
  ConcordanceCorrelation,
  CosineSimilarity,
  ExplainedVariance,
  FalseNegatives,
  FalsePositives,
  HammingDistance,
  Hinge,
  type HostMetric,
  IoU,
  JaccardIndex,
  KLDivergence,
  LogCoshError,
  MatthewsCorrelation,
  MeanAbsolutePercentageError,
  MeanIoU,
  MeanSquaredLogarithmicError,
  type Metric,
  metricFrom,
  metricFromJSON,
  OneHotIoU,
  OneHotMeanIoU,
  PearsonCorrelation,
  Perplexity,
  Poisson,
  PrecisionAtRecall,
  PrecisionRecallCurve,
  precisionRecallCurve,
  R2Score,
  RecallAtPrecision,
  RocCurve,
  rocCurve,
  SensitivityAtSpecificity,
  SparseCategoricalCrossentropy,
  Specificity,
  SpecificityAtSensitivity,
  SquaredHinge,
  Sum,
  TrueNegatives,
  TruePositives,
} from '../src/index.ts';
import { type Case, fed as fedWith, type Nested } from './fed.ts';
import * as naive from './more-naive.ts';

const N = 24;
const noise = (count: number, from: number, to: number, seed = 1): number[] =>
  Array.from({ length: count }, (_, i) => from + (to - from) * (((i + seed) * 0.6180339887 + seed * 0.37) % 1));
const inRows = (values: readonly number[], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));

const WEIGHTS = noise(N, 0.25, 2, 7).map((value) => Math.round(value * 8) / 8);
const SCORES = noise(N, 0, 1, 3).map((value) => Math.round(value * 20) / 20 + 1 / 64);
const LABELS = SCORES.map((score, i) => Number(score + 0.8 * (noise(N, -0.5, 0.5, 5)[i] ?? 0) > 0.5));
const LOGITS = inRows(noise(4 * N, -2, 2, 2), 4);
const CHANCES = LOGITS.map((row) => {
  const powers = row.map(Math.exp);
  // As tensors hold them: what is equal there is equal here.
  return powers.map((power) => Math.fround(power / powers.reduce((sum, value) => sum + value, 0)));
});
const CLASSES = CHANCES.map((row, i) => (i % 3 === 0 ? i % 4 : naive.best(row)));
const ONE_HOT = CLASSES.map((label) => [0, 1, 2, 3].map((k) => Number(k === label)));
const CHOSEN = CHANCES.map(naive.best);
const MANY = inRows(
  noise(4 * N, 0, 1, 11).map((value) => Number(value > 0.6)),
  4,
);
const TRUTHS = inRows(noise(3 * N, 2000, 2010, 4), 3);
const GUESSES = TRUTHS.map((row, i) => row.map((value, k) => value + (noise(3 * N, -2, 2, 9)[3 * i + k] ?? 0)));
const SMALL = TRUTHS.map((row) => row.map((value) => value - 1999));
const SMALL_GUESSES = GUESSES.map((row) => row.map((value) => Math.max(0.5, value - 1999)));
const AREA = inRows(noise(5 * N, 0, 3, 6).map(Math.floor), 5);
const AREA_GUESS = AREA.map((row, i) => row.map((label, k) => ((i + k) % 3 === 0 ? (label + 1) % 3 : label)));

const column = (rows: readonly (readonly number[])[], k: number): number[] => rows.map((row) => row[k]!);
const perSample = (f: (i: number) => number): number =>
  naive.meanOf(
    WEIGHTS.map((_, i) => f(i)),
    WEIGHTS,
  );
const crossentropy = (p: readonly number[], y: readonly number[]): number =>
  -y.reduce((sum, t, k) => sum + t * Math.log(p[k]!), 0);
const matrix = naive.confusion(CLASSES, CHOSEN, WEIGHTS, 4);
const areas = naive.confusion(
  AREA.flat(),
  AREA_GUESS.flat(),
  AREA.flatMap((row, i) => row.map(() => WEIGHTS[i]!)),
  3,
);
const binary = naive.confusion(
  LABELS,
  SCORES.map((s) => Number(s >= 0.4)),
  WEIGHTS,
  2,
);
const at = (threshold: number): ReturnType<typeof naive.outcomes> => naive.outcomes(LABELS, SCORES, WEIGHTS, threshold);
const unit = (row: readonly number[]): number[] => row.map((value) => value / Math.hypot(...row));

function againstRest(k: number): number {
  return naive.pairwiseAuc(
    CLASSES.map((label) => label === k),
    column(CHANCES, k),
    WEIGHTS,
  );
}

function between(a: number, b: number): number {
  const chosen = CLASSES.flatMap((label, i) => (label === a || label === b ? [i] : []));
  const one = (k: number): number =>
    naive.pairwiseAuc(
      chosen.map((i) => CLASSES[i] === k),
      chosen.map((i) => CHANCES[i]![k]!),
      chosen.map((i) => WEIGHTS[i]!),
    );
  return (one(a) + one(b)) / 2;
}

const often = naive.rowSums(matrix);
const classPairs = [0, 1, 2].flatMap((a) => [1, 2, 3].flatMap((b) => (b > a ? [[a, b] as const] : [])));

function score(left: (y: readonly number[], p: readonly number[]) => number): number[] {
  return [0, 1, 2].map(
    (k) => 1 - left(column(TRUTHS, k), column(GUESSES, k)) / naive.variance(column(TRUTHS, k), WEIGHTS),
  );
}
const r2 = score((y, p) =>
  naive.meanOf(
    y.map((value, i) => (value - p[i]!) ** 2),
    WEIGHTS,
  ),
);
const explained = score((y, p) =>
  naive.variance(
    y.map((value, i) => value - p[i]!),
    WEIGHTS,
  ),
);
const byVariance = (scores: readonly number[]): number =>
  naive.meanOf(
    scores,
    [0, 1, 2].map((k) => naive.variance(column(TRUTHS, k), WEIGHTS)),
  );

const fed = (metric: Metric | HostMetric, row: Case, sizes: readonly number[]): Promise<number[]> =>
  fedWith(metric, row, sizes, WEIGHTS);

const cases: Readonly<Record<string, Case>> = {
  TruePositives: [() => new TruePositives({ thresholds: [0.3, 0.7] }), LABELS, SCORES, [at(0.3).tp, at(0.7).tp]],
  TrueNegatives: [() => new TrueNegatives(), LABELS, SCORES, at(0.5).tn],
  FalsePositives: [() => new FalsePositives(), LABELS, SCORES, at(0.5).fp],
  FalseNegatives: [() => new FalseNegatives({ thresholds: 0.6 }), LABELS, SCORES, at(0.6).fn],
  Specificity: [() => new Specificity(), LABELS, SCORES, at(0.5).tn / (at(0.5).tn + at(0.5).fp)],
  SensitivityAtSpecificity: [
    () => new SensitivityAtSpecificity(0.7),
    LABELS,
    SCORES,
    naive.tradeOff(
      LABELS,
      SCORES,
      WEIGHTS,
      ({ specificity }) => specificity >= 0.7,
      ({ recall }) => recall,
    ),
  ],
  SpecificityAtSensitivity: [
    () => new SpecificityAtSensitivity(0.7),
    LABELS,
    SCORES,
    naive.tradeOff(
      LABELS,
      SCORES,
      WEIGHTS,
      ({ recall }) => recall >= 0.7,
      ({ specificity }) => specificity,
    ),
  ],
  PrecisionAtRecall: [
    () => new PrecisionAtRecall(0.6),
    LABELS,
    SCORES,
    naive.tradeOff(
      LABELS,
      SCORES,
      WEIGHTS,
      ({ recall }) => recall >= 0.6,
      ({ precision }) => precision,
    ),
  ],
  RecallAtPrecision: [
    () => new RecallAtPrecision(0.8),
    LABELS,
    SCORES,
    naive.tradeOff(
      LABELS,
      SCORES,
      WEIGHTS,
      ({ precision }) => precision >= 0.8,
      ({ recall }) => recall,
    ),
  ],
  'RecallAtPrecision of one class': [
    () => new RecallAtPrecision({ precision: 0.5, classId: 2 }),
    CLASSES,
    CHANCES,
    naive.tradeOff(
      column(ONE_HOT, 2),
      column(CHANCES, 2),
      WEIGHTS,
      ({ precision }) => precision >= 0.5,
      ({ recall }) => recall,
    ),
    'int32',
  ],
  'AUC, one against the rest': [
    () => new AUC({ multiClass: 'ovr' }),
    CLASSES,
    CHANCES,
    naive.rowMean([0, 1, 2, 3].map(againstRest)),
    'int32',
  ],
  'AUC, one against the rest, weighted': [
    () => new AUC({ multiClass: 'ovr', average: 'weighted' }),
    ONE_HOT,
    CHANCES,
    naive.meanOf([0, 1, 2, 3].map(againstRest), often),
  ],
  'AUC, one against one': [
    () => new AUC({ multiClass: 'ovo' }),
    CLASSES,
    CHANCES,
    naive.rowMean(classPairs.map(([a, b]) => between(a, b))),
    'int32',
  ],
  'AUC, one against one, weighted': [
    () => new AUC({ multiClass: 'ovo', average: 'weighted' }),
    CLASSES,
    CHANCES,
    naive.meanOf(
      classPairs.map(([a, b]) => between(a, b)),
      classPairs.map(([a, b]) => often[a]! + often[b]!),
    ),
    'int32',
  ],
  'AUC of columns that count': [
    () => new AUC({ multiLabel: true, labelWeights: [1, 0, 3, 0] }),
    ONE_HOT,
    CHANCES,
    (againstRest(0) + 3 * againstRest(2)) / 4,
  ],
  CohenKappa: [() => new CohenKappa(), CLASSES, CHANCES, naive.kappa(matrix, (d) => Number(d > 0)), 'int32'],
  'CohenKappa, linear': [
    () => new CohenKappa({ weights: 'linear' }),
    CLASSES,
    CHANCES,
    naive.kappa(matrix, (d) => d),
    'int32',
  ],
  'CohenKappa, quadratic': [
    () => new CohenKappa({ weights: 'quadratic' }),
    CLASSES,
    CHANCES,
    naive.kappa(matrix, (d) => d * d),
    'int32',
  ],
  MatthewsCorrelation: [
    () => new MatthewsCorrelation(),
    CLASSES,
    CHANCES,
    naive.matthews(CLASSES, CHOSEN, WEIGHTS, 4),
    'int32',
  ],
  BalancedAccuracy: [
    () => new BalancedAccuracy(),
    ONE_HOT,
    CHANCES,
    naive.rowMean(matrix.map((row, k) => row[k]! / often[k]!)),
  ],
  JaccardIndex: [() => new JaccardIndex(), CLASSES, CHANCES, naive.meanKnown(naive.ious(matrix)), 'int32'],
  'JaccardIndex of all together': [
    () => new JaccardIndex({ average: 'micro' }),
    CLASSES,
    CHANCES,
    (() => {
      const [hits, all] = [
        matrix.reduce((sum, row, k) => sum + row[k]!, 0),
        often.reduce((sum, value) => sum + value, 0),
      ];
      return hits / (2 * all - hits);
    })(),
    'int32',
  ],
  'JaccardIndex, weighted': [
    () => new JaccardIndex({ average: 'weighted' }),
    CLASSES,
    CHANCES,
    naive.meanOf(naive.ious(matrix) as number[], often),
    'int32',
  ],
  'JaccardIndex of each class': [
    () => new JaccardIndex({ average: null }),
    CLASSES,
    CHANCES,
    naive.ious(matrix) as number[],
    'int32',
  ],
  HammingDistance: [
    () => new HammingDistance(),
    CLASSES,
    CHANCES,
    perSample((i) => Number(CLASSES[i] !== CHOSEN[i])),
    'int32',
  ],
  'HammingDistance of decisions': [
    () => new HammingDistance({ threshold: 0.3 }),
    MANY,
    CHANCES,
    perSample((i) => naive.rowMean(CHANCES[i]!.map((p, k) => Number(Number(p > 0.3) !== MANY[i]![k])))),
  ],
  IoU: [() => new IoU(3, [0, 2]), AREA, AREA_GUESS, naive.meanKnown([naive.ious(areas)[0]!, naive.ious(areas)[2]!])],
  MeanIoU: [() => new MeanIoU(3), AREA, AREA_GUESS, naive.meanKnown(naive.ious(areas))],
  'MeanIoU without a class': [
    () => new MeanIoU(3, { ignoreClass: 1 }),
    AREA,
    AREA_GUESS,
    naive.meanKnown(naive.ious(areas.map((row, k) => (k === 1 ? [0, 0, 0] : row)))),
  ],
  'MeanIoU of more classes than occur': [() => new MeanIoU(5), AREA, AREA_GUESS, naive.meanKnown(naive.ious(areas))],
  BinaryIoU: [() => new BinaryIoU({ threshold: 0.4 }), LABELS, SCORES, naive.meanKnown(naive.ious(binary))],
  'BinaryIoU of what is there': [
    () => new BinaryIoU({ threshold: 0.4, targetClassIds: [1] }),
    LABELS,
    SCORES,
    naive.ious(binary)[1]!,
  ],
  OneHotIoU: [
    () => new OneHotIoU(4, [1, 3]),
    ONE_HOT,
    CHANCES,
    naive.meanKnown([naive.ious(matrix)[1]!, naive.ious(matrix)[3]!]),
  ],
  OneHotMeanIoU: [() => new OneHotMeanIoU(4), ONE_HOT, CHANCES, naive.meanKnown(naive.ious(matrix))],
  BinaryCrossentropy: [
    () => new BinaryCrossentropy({ labelSmoothing: 0.1 }),
    MANY,
    CHANCES,
    perSample((i) =>
      naive.rowMean(
        CHANCES[i]!.map(
          (p, k) => -Math.log(p) * (MANY[i]![k]! * 0.9 + 0.05) - Math.log(1 - p) * (0.95 - MANY[i]![k]! * 0.9),
        ),
      ),
    ),
  ],
  CategoricalCrossentropy: [
    () => new CategoricalCrossentropy({ fromLogits: true }),
    ONE_HOT,
    LOGITS,
    perSample((i) => crossentropy(CHANCES[i]!, ONE_HOT[i]!)),
  ],
  SparseCategoricalCrossentropy: [
    () => new SparseCategoricalCrossentropy(),
    CLASSES,
    CHANCES,
    perSample((i) => crossentropy(CHANCES[i]!, ONE_HOT[i]!)),
    'int32',
  ],
  'SparseCategoricalCrossentropy without a class': [
    () => new SparseCategoricalCrossentropy({ ignoreClass: 2 }),
    CLASSES,
    CHANCES,
    naive.meanOf(
      CLASSES.map((_, i) => crossentropy(CHANCES[i]!, ONE_HOT[i]!)),
      WEIGHTS.map((weight, i) => (CLASSES[i] === 2 ? 0 : weight)),
    ),
    'int32',
  ],
  Perplexity: [
    () => new Perplexity(),
    CLASSES,
    CHANCES,
    Math.exp(perSample((i) => crossentropy(CHANCES[i]!, ONE_HOT[i]!))),
    'int32',
  ],
  KLDivergence: [
    () => new KLDivergence(),
    CHANCES,
    [...CHANCES].reverse(),
    perSample((i) => CHANCES[i]!.reduce((sum, p, k) => sum + p * Math.log(p / CHANCES[N - 1 - i]![k]!), 0)),
  ],
  Poisson: [
    () => new Poisson(),
    MANY,
    CHANCES,
    perSample((i) => naive.rowMean(CHANCES[i]!.map((p, k) => p - MANY[i]![k]! * Math.log(p)))),
  ],
  Hinge: [
    () => new Hinge(),
    MANY,
    LOGITS,
    perSample((i) => naive.rowMean(LOGITS[i]!.map((z, k) => Math.max(0, 1 - (2 * MANY[i]![k]! - 1) * z)))),
  ],
  SquaredHinge: [
    () => new SquaredHinge(),
    MANY,
    LOGITS,
    perSample((i) => naive.rowMean(LOGITS[i]!.map((z, k) => Math.max(0, 1 - (2 * MANY[i]![k]! - 1) * z) ** 2))),
  ],
  CategoricalHinge: [
    () => new CategoricalHinge(),
    ONE_HOT,
    LOGITS,
    perSample((i) =>
      Math.max(0, 1 + Math.max(...LOGITS[i]!.map((z, k) => (k === CLASSES[i] ? 0 : z))) - LOGITS[i]![CLASSES[i]!]!),
    ),
  ],
  LogCoshError: [
    () => new LogCoshError(),
    SMALL,
    SMALL_GUESSES,
    perSample((i) => naive.rowMean(SMALL[i]!.map((y, k) => Math.log(Math.cosh(SMALL_GUESSES[i]![k]! - y))))),
  ],
  MeanAbsolutePercentageError: [
    () => new MeanAbsolutePercentageError(),
    SMALL,
    SMALL_GUESSES,
    perSample((i) => naive.rowMean(SMALL[i]!.map((y, k) => (100 * Math.abs(y - SMALL_GUESSES[i]![k]!)) / y))),
  ],
  MeanSquaredLogarithmicError: [
    () => new MeanSquaredLogarithmicError(),
    SMALL,
    SMALL_GUESSES,
    perSample((i) => naive.rowMean(SMALL[i]!.map((y, k) => (Math.log1p(y) - Math.log1p(SMALL_GUESSES[i]![k]!)) ** 2))),
  ],
  CosineSimilarity: [
    () => new CosineSimilarity(),
    SMALL,
    SMALL_GUESSES,
    perSample((i) => unit(SMALL[i]!).reduce((sum, value, k) => sum + value * unit(SMALL_GUESSES[i]!)[k]!, 0)),
  ],
  R2Score: [() => new R2Score(), TRUTHS, GUESSES, naive.rowMean(r2)],
  'R2Score by variance': [
    () => new R2Score({ classAggregation: 'varianceWeightedAverage' }),
    TRUTHS,
    GUESSES,
    byVariance(r2),
  ],
  'R2Score of each column': [() => new R2Score({ classAggregation: null }), TRUTHS, GUESSES, r2],
  'R2Score, adjusted': [
    () => new R2Score({ numRegressors: 5 }),
    TRUTHS,
    GUESSES,
    1 - ((1 - naive.rowMean(r2)) * (N - 1)) / (N - 5 - 1),
  ],
  ExplainedVariance: [() => new ExplainedVariance(), TRUTHS, GUESSES, naive.rowMean(explained)],
  'ExplainedVariance by variance': [
    () => new ExplainedVariance({ classAggregation: 'varianceWeightedAverage' }),
    TRUTHS,
    GUESSES,
    byVariance(explained),
  ],
  PearsonCorrelation: [
    () => new PearsonCorrelation(),
    TRUTHS,
    GUESSES,
    perSample((i) => naive.pearson(TRUTHS[i]!, GUESSES[i]!)),
  ],
  'PearsonCorrelation of columns': [
    () => new PearsonCorrelation({ axis: 0 }),
    TRUTHS,
    GUESSES,
    naive.rowMean([0, 1, 2].map((k) => naive.pearson(column(TRUTHS, k), column(GUESSES, k), WEIGHTS))),
  ],
  ConcordanceCorrelation: [
    () => new ConcordanceCorrelation(),
    TRUTHS,
    GUESSES,
    perSample((i) => naive.concordance(TRUTHS[i]!, GUESSES[i]!)),
  ],
  'ConcordanceCorrelation of columns': [
    () => new ConcordanceCorrelation({ axis: 0 }),
    TRUTHS,
    GUESSES,
    naive.rowMean([0, 1, 2].map((k) => naive.concordance(column(TRUTHS, k), column(GUESSES, k), WEIGHTS))),
  ],
};

describe.each(Object.entries(cases))('%s', (_, row) => {
  test.each([
    ['reference', async () => reference(), [5, 12, 7]],
    ['cpu', async () => cpu(), [N]],
  ] as const)('over everything at once, on %s', async (_, backend, sizes) => {
    setBackend(await backend());
    const expected = [row[3]].flat();
    const metric = row[0]();
    for (let pass = 0; pass < 2; pass++) {
      const found = await fed(metric, row, sizes);
      expect(found).toHaveLength(expected.length);
      for (const [i, value] of found.entries())
        expect(Math.abs(value - expected[i]!), `${value} instead of ${expected[i]}`).toBeLessThan(
          4e-6 * Math.max(1, Math.abs(expected[i]!)),
        );
      metric.reset();
    }
  });
});

describe('curves', () => {
  // scikit-learn's own example, sklearn.metrics.roc_curve: y = [1, 1, 2, 2], scores = [0.1, 0.4, 0.35, 0.8], pos_label 2.
  test('the example of scikit-learn', () => {
    expect(rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toEqual({
      falsePositiveRate: [0, 0, 0.5, 0.5, 1],
      truePositiveRate: [0, 0.5, 0.5, 1, 1],
      thresholds: [Number.POSITIVE_INFINITY, 0.8, 0.4, 0.35, 0.1],
    });
    expect(precisionRecallCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toEqual({
      precision: [1, 1, 0.5, 2 / 3, 0.5],
      recall: [0, 0.5, 0.5, 1, 1],
      thresholds: [Number.POSITIVE_INFINITY, 0.8, 0.4, 0.35, 0.1],
    });
  });

  test('every point is what its threshold says, weights and ties included', async () => {
    setBackend(reference());
    const [roc, curve] = [new RocCurve(), new PrecisionRecallCurve()];
    const points = await fed(roc, [() => roc, LABELS, SCORES, 0], [10, 14]);
    await fed(curve, [() => curve, LABELS, SCORES, 0], [N]);
    const { falsePositiveRate, truePositiveRate, thresholds } = roc.curve();
    const { precision, recall } = curve.curve();
    expect(points).toEqual([...falsePositiveRate, ...truePositiveRate, ...thresholds]);
    expect(new Set(thresholds.slice(1)).size).toBe(new Set(SCORES).size);
    for (const [i, threshold] of thresholds.entries()) {
      // Scores from the threshold on say yes.
      const { tp, fp, tn, fn } = at(threshold - 1e-4);
      expect(falsePositiveRate[i]).toBeCloseTo(fp / (fp + tn), 6);
      expect(truePositiveRate[i]).toBeCloseTo(tp / (tp + fn), 6);
      expect(recall[i]).toBeCloseTo(tp / (tp + fn), 6);
      expect(precision[i]).toBeCloseTo(i === 0 ? 1 : tp / (tp + fp), 6);
    }
  });

  test('of one class, and of nothing', async () => {
    const roc = new RocCurve({ classId: 1 });
    await fed(roc, [() => roc, CLASSES, CHANCES, 0, 'int32'], [N]);
    expect(roc.curve()).toEqual(rocCurve(column(ONE_HOT, 1), column(CHANCES, 1).map(Math.fround), WEIGHTS));
    roc.reset();
    expect(() => new RocCurve({ classId: 4 }).resultHost()).toThrow(
      'RocCurve: classId 4 is outside the 1 classes, 0 to 0.',
    );
    expect(rocCurve([], [])).toEqual({
      falsePositiveRate: [Number.NaN],
      truePositiveRate: [Number.NaN],
      thresholds: [Number.POSITIVE_INFINITY],
    });
  });
});

describe('special cases', () => {
  beforeAll(() => setBackend(reference()));

  test('Sum adds up what it is given', async () => {
    const sum = new Sum();
    sum.update(
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([1, 0.5]),
    );
    sum.update(tensor([10, 20], 'int32'));
    expect(await sum.result().item()).toBe(36.5);
    sum.reset();
    expect(await sum.result().item()).toBe(0);
  });

  test('nothing to explain: 1 when it is right, else 0', async () => {
    const constant = [[3], [3], [3]];
    const score = async (prediction: Nested): Promise<number[]> => {
      const metric = new R2Score();
      const [y, p] = [tensor(constant), tensor(prediction as never)];
      metric.updateHost(await y.data(), await p.data(), { truth: y.spec, prediction: p.spec });
      return [metric.resultHost()].flat() as number[];
    };
    expect(await score(constant)).toEqual([1]);
    expect(await score([[1], [2], [3]])).toEqual([0]);
  });

  test('no agreement beyond chance where all is one class', async () => {
    for (const [metric, expected] of [
      [new MatthewsCorrelation(), 0],
      [new CohenKappa(), 1],
      [new BalancedAccuracy(), 1],
    ] as const) {
      metric.update(
        tensor([0, 0], 'int32'),
        tensor([
          [0.9, 0.1],
          [0.8, 0.2],
        ]),
      );
      expect(await metric.result().item()).toBe(expected);
    }
  });

  test('half floats are counted as single ones', async () => {
    const metric = new LogCoshError();
    // In half floats the sum would stop at 2048.
    metric.update(tensor(new Array(4000).fill(0)), tensor(new Array(4000).fill(1)).cast('float16'));
    expect(await metric.result().item()).toBeCloseTo(Math.log(Math.cosh(1)), 3);
  });
});

describe('every metric', () => {
  const REQUIRED: Readonly<Record<string, object>> = {
    PrecisionAtRecall: { recall: 0.5 },
    RecallAtPrecision: { precision: 0.5 },
    SensitivityAtSpecificity: { specificity: 0.5 },
    SpecificityAtSensitivity: { sensitivity: 0.5 },
    IoU: { numClasses: 3, targetClassIds: [1] },
    MeanIoU: { numClasses: 3 },
    OneHotIoU: { numClasses: 3, targetClassIds: [1] },
    OneHotMeanIoU: { numClasses: 3 },
    MinkowskiDistance: { p: 3 },
  };

  test.each(Object.keys(builtinMetrics))('%s comes back from JSON with its name and options', (type) => {
    const Class = builtinMetrics[type as 'Accuracy'];
    expect(Class.type).toBe(type);
    const metric = new (Class as unknown as new (options: object) => Metric | HostMetric)({
      ...REQUIRED[type],
      name: 'mine',
    });
    const read = metricFromJSON(JSON.parse(JSON.stringify(metric)));
    expect(read.constructor).toBe(Class);
    expect(read.toJSON()).toEqual(metric.toJSON());
    expect(read.name).toBe('mine');
    const snake = type.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
    if (!REQUIRED[type]) expect(metricFrom(snake).constructor).toBe(Class);
  });

  test.each([
    ['mape', 'mape', 'MeanAbsolutePercentageError'],
    ['mcc', 'mcc', 'MatthewsCorrelation'],
    ['r2', 'r2', 'R2Score'],
    ['kld', 'kld', 'KLDivergence'],
  ])('%s', (name, key, type) => {
    const metric = metricFrom(name);
    expect([metric.name, metric.type]).toEqual([key, type]);
  });
});

describe('crossentropy by name', () => {
  test.each([
    ['BinaryFocalCrossentropy', 'BinaryCrossentropy'],
    ['SparseCategoricalCrossentropy', 'SparseCategoricalCrossentropy'],
    ['CategoricalCrossentropy', 'CategoricalCrossentropy'],
  ])('beside %s', (type, expected) => {
    for (const name of ['ce', 'crossentropy']) {
      const metric = metricFrom(name, undefined, undefined, { type, config: { fromLogits: true } });
      expect([metric.type, metric.name, metric.config]).toMatchObject([expected, name, { fromLogits: true }]);
    }
    expect(metricFrom('ce').config).toMatchObject({ fromLogits: false });
  });
});

describe('errors read as prose', () => {
  const t = (...shape: number[]): Tensor => tensor(new Array(shape.reduce((a, b) => a * b, 1)).fill(0)).reshape(shape);
  const spec = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const;
  const messages: Readonly<Record<string, () => unknown>> = {
    'scores for class numbers': () => new MeanIoU(3).update(t(4, 5), t(4, 5, 3)),
    'no classes': () => new IoU({} as never),
    'a target outside': () => new IoU(3, [3]),
    'recall of more than all': () => new PrecisionAtRecall(1.5),
    'by name alone': () => metricFrom('recallAtPrecision'),
    'labels and classes': () => new AUC({ multiLabel: true, multiClass: 'ovr' }),
    'weights of nothing': () => new AUC({ labelWeights: [1, 2] }),
    'unknown weights': () => new CohenKappa({ weights: 'cubic' as 'linear' }),
    'an axis between': () => new PearsonCorrelation({ axis: 1 as 0 }),
    'numbers of another batch': () => new R2Score().build(spec(31, 2), spec(32, 2)),
    'unknown aggregation': () => new R2Score({ classAggregation: 'mean' as 'uniformAverage' }),
    'part of an input': () => new R2Score({ numRegressors: 1.5 }),
  };

  test.each(Object.keys(messages))('%s', (name) => {
    setBackend(reference());
    expect(messages[name]).toThrowErrorMatchingSnapshot();
  });
});
