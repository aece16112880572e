// Any way of cutting a data set into batches gives the same result, and that of a naive loop over all samples.
import { reference } from '@nablajs/backend-reference';
import { type NestedArray, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  Accuracy,
  AUC,
  BinaryAccuracy,
  CategoricalAccuracy,
  ConfusionMatrix,
  F1Score,
  FBetaScore,
  type HostMetric,
  MeanAbsoluteError,
  MeanSquaredError,
  type Metric,
  Precision,
  Recall,
  RootMeanSquaredError,
  SparseCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
} from '../src/index.ts';
import {
  best,
  confusion,
  type Decision,
  divide,
  fScore,
  isAmongBest,
  naiveAveragePrecision,
  pairs,
  pairwiseAuc,
  type Sample,
  share,
} from './naive.ts';

beforeAll(() => setBackend(reference()));

const CLASSES = 4;
const ALL = [0, 1, 2, 3];
// Few distinct scores, so that ties are common; eighths, so that float32 holds them.
const score = fc.integer({ min: 1, max: 8 }).map((n) => n / 8);
const sample = fc.record({
  scores: fc.array(score, { minLength: CLASSES, maxLength: CLASSES }),
  label: fc.integer({ min: 0, max: CLASSES - 1 }),
  weight: fc.constantFrom(0, 1, 2, 0.5),
});
const samples = fc.array(sample, { minLength: 1, maxLength: 9 });
const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 });

function split<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0, i = 0; at < items.length; i++) {
    const size = sizes[i % sizes.length]!;
    parts.push(items.slice(at, at + size));
    at += size;
  }
  return parts;
}

const sparse = (rows: readonly Sample[]): Tensor =>
  tensor(
    rows.map(({ label }) => label),
    'int32',
  );
const column = (rows: readonly Sample[]): Tensor => tensor(rows.map(({ label }) => [label]));
const oneHot = (rows: readonly Sample[]): Tensor =>
  tensor(rows.map(({ label }) => ALL.map((k) => Number(k === label))));
const scores = (rows: readonly Sample[]): Tensor => tensor(rows.map((row) => [...row.scores]));

type Batch = readonly Sample[];
interface Row {
  readonly make: () => Metric;
  readonly truth: (rows: Batch) => Tensor;
  readonly naive: (rows: Batch) => NestedArray;
}

const saysBest = ({ scores: row }: Sample, k: number): boolean => row[k] === Math.max(...row);
const above =
  (limit: number) =>
  ({ scores: row }: Sample, k: number): boolean =>
    row[k]! > limit;
const amongTwo = ({ scores: row }: Sample, k: number): boolean =>
  row.filter((other, j) => other > row[k]! || (other === row[k] && j < k)).length < 2;
const perClass = (
  rows: Batch,
  says: (s: Sample, k: number) => boolean,
): { hits: number; said: number; actual: number }[] => ALL.map((k) => pairs(rows, says, [k]));
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const right = ({ scores: row, label }: Sample): boolean => best(row) === label;
const precision = (rows: Batch, says: (s: Sample, k: number) => boolean, classes = ALL): number => {
  const { hits, said } = pairs(rows, says, classes);
  return divide(hits, said);
};
const recall = (rows: Batch, says: (s: Sample, k: number) => boolean, classes = ALL): number => {
  const { hits, actual } = pairs(rows, says, classes);
  return divide(hits, actual);
};

const metrics: Readonly<Record<string, Row>> = {
  'Accuracy of one-hot rows': { make: () => new Accuracy(), truth: oneHot, naive: (rows) => share(rows, right) },
  'Accuracy of class numbers': { make: () => new Accuracy(), truth: sparse, naive: (rows) => share(rows, right) },
  'Accuracy of a column of class numbers': {
    make: () => new Accuracy(),
    truth: column,
    naive: (rows) => share(rows, right),
  },
  CategoricalAccuracy: { make: () => new CategoricalAccuracy(), truth: oneHot, naive: (rows) => share(rows, right) },
  SparseCategoricalAccuracy: {
    make: () => new SparseCategoricalAccuracy(),
    truth: column,
    naive: (rows) => share(rows, right),
  },
  BinaryAccuracy: {
    make: () => new BinaryAccuracy({ threshold: 0.6 }),
    truth: oneHot,
    naive: (rows) => meanOf(ALL.map((k) => share(rows, (s) => above(0.6)(s, k) === (s.label === k)))),
  },
  TopKCategoricalAccuracy: {
    make: () => new TopKCategoricalAccuracy({ k: 2 }),
    truth: oneHot,
    naive: (rows) => share(rows, (s) => isAmongBest(s, 2)),
  },
  SparseTopKCategoricalAccuracy: {
    make: () => new SparseTopKCategoricalAccuracy({ k: 3 }),
    truth: sparse,
    naive: (rows) => share(rows, (s) => isAmongBest(s, 3)),
  },
  Precision: { make: () => new Precision(), truth: oneHot, naive: (rows) => precision(rows, above(0.5)) },
  Recall: { make: () => new Recall(), truth: sparse, naive: (rows) => recall(rows, above(0.5)) },
  'Precision at thresholds': {
    make: () => new Precision({ thresholds: [0.25, 0.5, 2] }),
    truth: sparse,
    naive: (rows) => [0.25, 0.5, 2].map((limit) => precision(rows, above(limit))),
  },
  'Recall at thresholds': {
    make: () => new Recall({ thresholds: [0.25, 0.5] }),
    truth: oneHot,
    naive: (rows) => [0.25, 0.5].map((limit) => recall(rows, above(limit))),
  },
  'Precision of the best two': {
    make: () => new Precision({ topK: 2 }),
    truth: sparse,
    naive: (rows) => precision(rows, amongTwo),
  },
  'Recall of the best two': {
    make: () => new Recall({ topK: 2 }),
    truth: oneHot,
    naive: (rows) => recall(rows, amongTwo),
  },
  'Precision of one class': {
    make: () => new Precision({ classId: 2 }),
    truth: oneHot,
    naive: (rows) => precision(rows, above(0.5), [2]),
  },
  'Recall of one class': {
    make: () => new Recall({ classId: 0 }),
    truth: sparse,
    naive: (rows) => recall(rows, above(0.5), [0]),
  },
  F1Score: {
    make: () => new F1Score(),
    truth: oneHot,
    naive: (rows) => perClass(rows, saysBest).map((c) => fScore(c)),
  },
  'F1Score, macro': {
    make: () => new F1Score({ average: 'macro' }),
    truth: sparse,
    naive: (rows) => meanOf(perClass(rows, saysBest).map((c) => fScore(c))),
  },
  'F1Score, micro': {
    make: () => new F1Score({ average: 'micro', threshold: 0.5 }),
    truth: sparse,
    naive: (rows) => fScore(pairs(rows, above(0.5), ALL)),
  },
  'F1Score, weighted': {
    make: () => new F1Score({ average: 'weighted' }),
    truth: oneHot,
    naive: (rows) => {
      const counts = perClass(rows, saysBest);
      const support = counts.reduce((sum, { actual }) => sum + actual, 0);
      return counts.reduce((sum, c) => sum + divide(fScore(c) * c.actual, support), 0);
    },
  },
  FBetaScore: {
    make: () => new FBetaScore({ beta: 2, threshold: 0.5 }),
    truth: oneHot,
    naive: (rows) => perClass(rows, above(0.5)).map((c) => fScore(c, 2)),
  },
  ConfusionMatrix: { make: () => new ConfusionMatrix(), truth: sparse, naive: (rows) => confusion(rows, CLASSES) },
  'ConfusionMatrix of shares': {
    make: () => new ConfusionMatrix({ normalize: 'truth' }),
    truth: oneHot,
    naive: (rows) =>
      confusion(rows, CLASSES).map((row) =>
        row.map((cell) =>
          divide(
            cell,
            row.reduce((sum, other) => sum + other, 0),
          ),
        ),
      ),
  },
  MeanSquaredError: { make: () => new MeanSquaredError(), truth: oneHot, naive: (rows) => error(rows, (e) => e ** 2) },
  MeanAbsoluteError: { make: () => new MeanAbsoluteError(), truth: oneHot, naive: (rows) => error(rows, Math.abs) },
  RootMeanSquaredError: {
    make: () => new RootMeanSquaredError(),
    truth: oneHot,
    naive: (rows) => Math.sqrt(error(rows, (e) => e ** 2)),
  },
};

function error(rows: Batch, of: (e: number) => number): number {
  const total = rows.reduce(
    (sum, row) => sum + row.weight * row.scores.reduce((part, s, k) => part + of(s - Number(k === row.label)), 0),
    0,
  );
  return divide(total, CLASSES * rows.reduce((sum, { weight }) => sum + weight, 0));
}

async function measured(
  metric: Metric,
  { truth }: Row,
  batches: readonly Batch[],
  weighted: boolean,
): Promise<NestedArray> {
  for (const rows of batches) {
    const weights = weighted ? tensor(rows.map(({ weight }) => weight)) : undefined;
    metric.update(truth(rows), scores(rows), weights);
  }
  return metric.result().array();
}

function expectNear(actual: NestedArray, expected: NestedArray): void {
  const flat = (value: NestedArray): number[] => (typeof value === 'object' ? value.flatMap(flat) : [Number(value)]);
  expect(flat(actual)).toHaveLength(flat(expected).length);
  for (const [i, value] of flat(expected).entries()) expect(flat(actual)[i]).toBeCloseTo(value, 5);
}

describe.each(Object.keys(metrics))('%s', (name) => {
  test.each([false, true])('weighted: %s', async (weighted) => {
    const row = metrics[name]!;
    await fc.assert(
      fc.asyncProperty(samples, cuts, cuts, async (rows, some, others) => {
        const counted = weighted ? rows : rows.map((each) => ({ ...each, weight: 1 }));
        const once = await measured(row.make(), row, split(counted, some), weighted);
        const metric = row.make();
        metric.update(row.truth(counted), scores(counted));
        metric.reset();
        // Sums of eighths and halves are exact, so the results are not merely close.
        expect(await measured(metric, row, split(counted, others), weighted)).toEqual(once);
        expectNear(once, row.naive(counted));
      }),
      { numRuns: 6 },
    );
  });
});

const decision = fc.record({
  score: fc.integer({ min: -3, max: 3 }).map((n) => n / 2),
  yes: fc.boolean(),
  weight: fc.constantFrom(0, 1, 2, 0.5),
});

function areaOf(metric: HostMetric, batches: readonly (readonly Decision[])[], weighted: boolean): number {
  for (const rows of batches) {
    const spec = { shape: [rows.length, 1], dtype: 'float32' as const };
    metric.updateHost(
      Float32Array.from(rows, ({ yes }) => Number(yes)),
      Float32Array.from(rows, (row) => row.score),
      { truth: { ...spec, shape: [rows.length] }, prediction: spec },
      weighted ? Float32Array.from(rows, ({ weight }) => weight) : undefined,
    );
  }
  return metric.resultHost() as number;
}

function expectArea(actual: number, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(actual).toBeCloseTo(expected, 12);
}

describe('AUC', () => {
  test.each([false, true])('counts all pairs, however they were cut; weighted: %s', (weighted) => {
    fc.assert(
      fc.property(fc.array(decision, { maxLength: 30 }), cuts, cuts, (rows, some, others) => {
        const counted = weighted ? rows : rows.map((each) => ({ ...each, weight: 1 }));
        const once = areaOf(new AUC(), split(counted, some), weighted);
        expect(areaOf(new AUC(), split(counted, others), weighted)).toBe(once);
        expectArea(once, pairwiseAuc(counted));
        const precisionOnce = areaOf(new AUC({ curve: 'PR' }), split(counted, some), weighted);
        expectArea(precisionOnce, naiveAveragePrecision(counted));
      }),
      { numRuns: 200 },
    );
  });
});
