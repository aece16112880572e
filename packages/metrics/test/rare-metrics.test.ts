// Metrics of torchmetrics and scikit-learn that Keras has not: their printed examples, and naive loops over everything at once.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { setBackend, type Tensor, tensor } from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  CalibrationError,
  ContinuousRankedProbabilityScore,
  CoverageError,
  CriticalSuccessIndex,
  EqualErrorRate,
  ExactMatch,
  GeneralizedDiceScore,
  HausdorffDistance,
  type HostMetric,
  JensenShannonDivergence,
  KendallCorrelation,
  LabelRankingAveragePrecision,
  LabelRankingLoss,
  LogAUC,
  type Metric,
  MinkowskiDistance,
  metricFrom,
  NegativePredictiveValue,
  NormalizedRootMeanSquaredError,
  RelativeSquaredError,
  rocCurve,
  SpearmanCorrelation,
  SymmetricMeanAbsolutePercentageError,
  TweedieDevianceScore,
  WeightedMeanAbsolutePercentageError,
} from '../src/index.ts';
import { type Case, fed } from './fed.ts';
import * as naive from './rare-naive.ts';

const N = 12;
const noise = (count: number, from: number, to: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) =>
    Math.fround(from + (to - from) * (((i + seed) * 0.6180339887 + seed * 0.37) % 1)),
  );
const inRows = (values: readonly number[], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));

const WEIGHTS = noise(N, 0.25, 2, 7).map((value) => Math.round(value * 4) / 4);
const SCORES = noise(N, 0.01, 0.99, 3);
const LABELS = SCORES.map((score, i) => Number(score + 0.8 * noise(N, -0.5, 0.5, 5)[i]! > 0.5));
const CHANCES = inRows(noise(3 * N, 0.1, 1, 2), 3).map((row) => {
  const sum = row.reduce((a, b) => a + b, 0);
  return row.map((value) => Math.fround(value / sum));
});
const OTHERS = [...CHANCES].reverse();
const CLASSES = CHANCES.map((_, i) => (i * 5) % 3);
const MANY = inRows(
  noise(3 * N, 0, 1, 11).map((value) => Number(value > 0.5)),
  3,
);
// Ties among scores, a sample without true labels and one with nothing else.
const RANKED = CHANCES.map((row, i) => (i % 4 === 0 ? [row[0]!, row[0]!, row[2]!] : row));
const RANKED_TRUTH = MANY.map((row, i) => (i === 0 ? [0, 0, 0] : i === 1 ? [1, 1, 1] : row));
const AMOUNTS = inRows(noise(2 * N, 0.5, 6, 4), 2);
const GUESSES = AMOUNTS.map((row, i) =>
  row.map((value, k) => Math.fround(value * (0.6 + noise(2 * N, 0, 0.9, 9)[2 * i + k]!))),
);
const ROUNDED = AMOUNTS.map((row) => row.map(Math.round));
const ROUNDED_GUESSES = GUESSES.map((row) => row.map(Math.round));
const MAPS = inRows(noise(12 * N, 0, 2.99, 6).map(Math.floor), 12).map((map) => inRows(map, 4));
const SAID = MAPS.map((map, i) =>
  map.map((row, k) => row.map((label, l) => ((i + k + l) % 3 === 0 ? (label + 1) % 3 : label))),
);
const oneHot = (labels: readonly number[][][]): number[][][][] =>
  labels.map((map) => map.map((row) => row.map((label) => [0, 1, 2].map((k) => Number(k === label)))));

const perSample = (f: (i: number) => number): number =>
  naive.meanOf(
    WEIGHTS.map((_, i) => f(i)),
    WEIGHTS,
  );
const flat = AMOUNTS.flatMap((row, i) => row.map((y, k) => ({ y, p: GUESSES[i]![k]!, weight: WEIGHTS[i]! })));
const sumOver = (f: (y: number, p: number) => number): number =>
  flat.reduce((sum, { y, p, weight }) => sum + weight * f(y, p), 0);
const meanOver = (f: (y: number, p: number) => number): number => sumOver(f) / sumOver(() => 1);
const column = (rows: readonly (readonly number[])[], k: number): number[] => rows.map((row) => row[k]!);
const ofColumns = (f: (y: readonly number[], p: readonly number[]) => number, y = AMOUNTS, p = GUESSES): number =>
  (f(column(y, 0), column(p, 0)) + f(column(y, 1), column(p, 1))) / 2;
const right = CHANCES.map((row, i) => Number(naive.best(row) === CLASSES[i]));

const cases: Readonly<Record<string, Case>> = {
  ExactMatch: [
    () => new ExactMatch({ threshold: 0.3 }),
    MANY,
    CHANCES,
    perSample((i) => Number(CHANCES[i]!.every((p, k) => Number(p > 0.3) === MANY[i]![k]))),
  ],
  'ExactMatch of all places': [
    () => new ExactMatch(),
    MAPS.map((map) => map[0]!.slice(0, 2)),
    SAID.map((map) => oneHot([map])[0]![0]!.slice(0, 2)),
    perSample((i) => Number(MAPS[i]![0]!.slice(0, 2).every((label, k) => label === SAID[i]![0]![k]))),
    'int32',
  ],
  NegativePredictiveValue: [
    () => new NegativePredictiveValue(),
    LABELS,
    SCORES,
    naive.meanOf(
      SCORES.map((_, i) => 1 - LABELS[i]!),
      WEIGHTS.map((weight, i) => (SCORES[i]! > 0.5 ? 0 : weight)),
    ),
  ],
  'CalibrationError of decisions': [
    () => new CalibrationError({ numBins: 4 }),
    LABELS,
    SCORES,
    naive.calibration(SCORES, LABELS, WEIGHTS, 4).l1,
  ],
  'CalibrationError, squared': [
    () => new CalibrationError({ numBins: 5, norm: 'l2' }),
    CLASSES,
    CHANCES,
    naive.calibration(
      CHANCES.map((row) => Math.max(...row)),
      right,
      WEIGHTS,
      5,
    ).l2,
    'int32',
  ],
  'CalibrationError at its worst': [
    () => new CalibrationError({ numBins: 5, norm: 'max' }),
    CLASSES,
    CHANCES,
    naive.calibration(
      CHANCES.map((row) => Math.max(...row)),
      right,
      WEIGHTS,
      5,
    ).max,
    'int32',
  ],
  CoverageError: [
    () => new CoverageError(),
    RANKED_TRUTH,
    RANKED,
    perSample((i) => naive.coverage(RANKED_TRUTH[i]!, RANKED[i]!)),
  ],
  LabelRankingAveragePrecision: [
    () => new LabelRankingAveragePrecision(),
    RANKED_TRUTH,
    RANKED,
    perSample((i) => naive.rankingPrecision(RANKED_TRUTH[i]!, RANKED[i]!)),
  ],
  LabelRankingLoss: [
    () => new LabelRankingLoss(),
    RANKED_TRUTH,
    RANKED,
    perSample((i) => naive.rankingLoss(RANKED_TRUTH[i]!, RANKED[i]!)),
  ],
  EqualErrorRate: [() => new EqualErrorRate(), LABELS, SCORES, naive.crossing(rocCurve(LABELS, SCORES, WEIGHTS))],
  LogAUC: [
    () => new LogAUC({ fprRange: [0.05, 0.8] }),
    LABELS,
    SCORES,
    naive.logArea(rocCurve(LABELS, SCORES, WEIGHTS), 0.05, 0.8),
  ],
  MinkowskiDistance: [
    () => new MinkowskiDistance(3),
    AMOUNTS,
    GUESSES,
    sumOver((y, p) => Math.abs(y - p) ** 3) ** (1 / 3),
  ],
  SymmetricMeanAbsolutePercentageError: [
    () => new SymmetricMeanAbsolutePercentageError(),
    AMOUNTS,
    GUESSES,
    meanOver((y, p) => (200 * Math.abs(y - p)) / (Math.abs(y) + Math.abs(p))),
  ],
  WeightedMeanAbsolutePercentageError: [
    () => new WeightedMeanAbsolutePercentageError(),
    AMOUNTS,
    GUESSES,
    (100 * sumOver((y, p) => Math.abs(y - p))) / sumOver(Math.abs),
  ],
  'TweedieDevianceScore 0': [() => new TweedieDevianceScore(), AMOUNTS, GUESSES, meanOver((y, p) => (y - p) ** 2)],
  ...Object.fromEntries(
    [-1, 1, 1.5, 2, 3].map((power): [string, Case] => [
      `TweedieDevianceScore ${power}`,
      [() => new TweedieDevianceScore({ power }), AMOUNTS, GUESSES, meanOver((y, p) => naive.deviance(y, p, power))],
    ]),
  ),
  CriticalSuccessIndex: [
    () => new CriticalSuccessIndex(3),
    AMOUNTS,
    GUESSES,
    sumOver((y, p) => Number(y >= 3 && p >= 3)) / sumOver((y, p) => Number(y >= 3 || p >= 3)),
  ],
  JensenShannonDivergence: [
    () => new JensenShannonDivergence(),
    CHANCES,
    OTHERS.map((row) => row.map((p) => 2 * p)),
    perSample((i) => naive.jensenShannon(CHANCES[i]!, OTHERS[i]!)),
  ],
  ContinuousRankedProbabilityScore: [
    () => new ContinuousRankedProbabilityScore(),
    SCORES,
    RANKED,
    perSample((i) => naive.crps(SCORES[i]!, RANKED[i]!)),
  ],
  ...Object.fromEntries(
    (['mean', 'range', 'std', 'l2'] as const).map((normalization): [string, Case] => [
      `NormalizedRootMeanSquaredError by ${normalization}`,
      [
        () => new NormalizedRootMeanSquaredError({ normalization }),
        AMOUNTS,
        GUESSES,
        ofColumns((y, p) => Math.sqrt(naive.meanSquare(y, p, WEIGHTS)) / naive.size(y, WEIGHTS)[normalization]),
      ],
    ]),
  ),
  RelativeSquaredError: [
    () => new RelativeSquaredError(),
    AMOUNTS,
    GUESSES,
    ofColumns((y, p) => naive.meanSquare(y, p, WEIGHTS) / naive.size(y, WEIGHTS).std ** 2),
  ],
  'RelativeSquaredError, its root': [
    () => new RelativeSquaredError({ squared: false }),
    AMOUNTS,
    GUESSES,
    ofColumns((y, p) => Math.sqrt(naive.meanSquare(y, p, WEIGHTS)) / naive.size(y, WEIGHTS).std),
  ],
  KendallCorrelation: [
    () => new KendallCorrelation(),
    ROUNDED,
    ROUNDED_GUESSES,
    ofColumns((y, p) => naive.kendall(y, p, WEIGHTS).b, ROUNDED, ROUNDED_GUESSES),
  ],
  'KendallCorrelation c': [
    () => new KendallCorrelation({ variant: 'c' }),
    ROUNDED,
    ROUNDED_GUESSES,
    ofColumns((y, p) => naive.kendall(y, p, WEIGHTS).c, ROUNDED, ROUNDED_GUESSES),
  ],
  SpearmanCorrelation: [
    () => new SpearmanCorrelation(),
    ROUNDED,
    ROUNDED_GUESSES,
    // Weights are quarters: four times as many samples.
    ofColumns(
      (y, p) =>
        naive.spearman(
          naive.repeated(
            y,
            WEIGHTS.map((weight) => 4 * weight),
          ),
          naive.repeated(
            p,
            WEIGHTS.map((weight) => 4 * weight),
          ),
        ),
      ROUNDED,
      ROUNDED_GUESSES,
    ),
  ],
  ...Object.fromEntries(
    (['simple', 'square', 'linear'] as const).map((weightType): [string, Case] => [
      `GeneralizedDiceScore, ${weightType}`,
      [
        () => new GeneralizedDiceScore({ weightType, includeBackground: weightType !== 'simple' }),
        MAPS,
        oneHot(SAID),
        perSample((i) =>
          naive.generalizedDice(
            MAPS[i]!.flat(),
            SAID[i]!.flat(),
            weightType === 'simple' ? [1, 2] : [0, 1, 2],
            weightType,
          ),
        ),
        'int32',
      ],
    ]),
  ),
  ...Object.fromEntries(
    (['euclidean', 'taxicab', 'chessboard'] as const).map((distance): [string, Case] => [
      `HausdorffDistance, ${distance}`,
      [
        () => new HausdorffDistance({ numClasses: 3, distance }),
        MAPS,
        oneHot(SAID),
        naive.hausdorff(MAPS, SAID, WEIGHTS, [1, 2], distance),
        'int32',
      ],
    ]),
  ),
};

describe.each(Object.entries(cases))('%s', (_, row) => {
  test.each([
    ['reference', async () => reference(), [5, 4, 3]],
    ['cpu', async () => cpu(), [N]],
  ] as const)('over everything at once, on %s', async (_, backend, sizes) => {
    setBackend(await backend());
    const metric = row[0]();
    for (let pass = 0; pass < 2; pass++) {
      const [found] = await fed(metric, row, sizes, WEIGHTS);
      expect(row[3]).not.toBeNaN();
      expect(Math.abs(found! - (row[3] as number)), `${found} instead of ${row[3]}`).toBeLessThan(
        4e-6 * Math.max(1, Math.abs(row[3] as number)),
      );
      metric.reset();
    }
  });
});

describe('printed examples', () => {
  beforeAll(() => setBackend(reference()));

  const examples: Readonly<Record<string, readonly [Case, digits: number]>> = {
    // scipy.stats.spearmanr and kendalltau.
    'spearmanr of SciPy': [[() => new SpearmanCorrelation(), [1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 0.8207826816681233], 12],
    'kendalltau of SciPy': [
      [() => new KendallCorrelation(), [12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.47140452079103173],
      12,
    ],
    // sklearn.metrics.label_ranking_average_precision_score, coverage_error and label_ranking_loss.
    'label_ranking_average_precision_score of scikit-learn': [
      [
        () => new LabelRankingAveragePrecision(),
        [
          [1, 0, 0],
          [0, 0, 1],
        ],
        [
          [0.75, 0.5, 1],
          [1, 0.2, 0.1],
        ],
        5 / 12,
      ],
      6,
    ],
    'coverage_error of scikit-learn': [
      [
        () => new CoverageError(),
        [
          [1, 0, 0],
          [0, 1, 1],
        ],
        [
          [1, 0, 0],
          [0, 1, 1],
        ],
        1.5,
      ],
      6,
    ],
    'label_ranking_loss of scikit-learn': [
      [
        () => new LabelRankingLoss(),
        [
          [1, 0, 0],
          [0, 0, 1],
        ],
        [
          [0.75, 0.5, 1],
          [1, 0.2, 0.1],
        ],
        0.75,
      ],
      6,
    ],
    // scipy.spatial.distance.jensenshannon([1, 0], [0.5, 0.5]) is the root, 0.46450140402245893.
    'jensenshannon of SciPy': [
      [() => new JensenShannonDivergence(), [[1, 0]], [[0.5, 0.5]], 0.46450140402245893 ** 2],
      6,
    ],
    // torchmetrics 1.9, from the documentation of each.
    binary_calibration_error: [
      [() => new CalibrationError({ numBins: 2 }), [0, 0, 1, 1, 1], [0.25, 0.25, 0.55, 0.75, 0.75], 0.29],
      4,
    ],
    'binary_calibration_error, l2': [
      [() => new CalibrationError({ numBins: 2, norm: 'l2' }), [0, 0, 1, 1, 1], [0.25, 0.25, 0.55, 0.75, 0.75], 0.2918],
      4,
    ],
    'multiclass_calibration_error, max': [
      [
        () => new CalibrationError({ numBins: 3, norm: 'max' }),
        [0, 1, 2, 0],
        [
          [0.25, 0.2, 0.55],
          [0.55, 0.05, 0.4],
          [0.1, 0.3, 0.6],
          [0.9, 0.05, 0.05],
        ],
        0.2333,
        'int32',
      ],
      4,
    ],
    minkowski_distance: [[() => new MinkowskiDistance({ p: 3 }), [6.1, 2.11, 3.1, 5.6], [1, 2.8, 3.5, 4.5], 5.122], 4],
    critical_success_index: [
      [
        () => new CriticalSuccessIndex(),
        [
          [0.4, 0.2],
          [0.8, 0.6],
        ],
        [
          [0.2, 0.7],
          [0.9, 0.3],
        ],
        0.3333,
      ],
      4,
    ],
    tweedie_deviance_score: [[() => new TweedieDevianceScore({ power: 2 }), [1, 2, 3, 4], [4, 3, 2, 1], 4.8333 / 4], 4],
    symmetric_mean_absolute_percentage_error: [
      [() => new SymmetricMeanAbsolutePercentageError(), [1, 10, 1e6], [0.9, 15, 1.2e6], 22.9],
      1,
    ],
    normalized_root_mean_squared_error: [
      [() => new NormalizedRootMeanSquaredError({ normalization: 'std' }), [0, 1, 2, 2], [0, 1, 2, 3], 0.603],
      4,
    ],
    'normalized_root_mean_squared_error, l2': [
      [() => new NormalizedRootMeanSquaredError({ normalization: 'l2' }), [0, 1, 2, 2], [0, 1, 2, 3], 0.1667],
      4,
    ],
    jensen_shannon_divergence: [[() => new JensenShannonDivergence(), [[0.36, 0.48, 0.16]], [[1, 1, 1]], 0.0225], 4],
    binary_logauc: [[() => new LogAUC(), [1, 0, 0, 0, 0], [0.75, 0.05, 0.05, 0.05, 0.05], 1], 6],
  };

  test.each(Object.entries(examples))('%s', async (_, [row, digits]) => {
    const { length } = row[1] as number[];
    const [found] = await fed(row[0](), row, [length], new Array(length).fill(1));
    expect(found).toBeCloseTo(row[3] as number, digits);
  });
});

describe('special cases', () => {
  beforeAll(() => setBackend(reference()));

  const once = async (
    metric: Metric | HostMetric,
    y: number | readonly unknown[],
    p: readonly unknown[],
  ): Promise<number> => {
    const { length } = p;
    const row = [() => metric, y, p, 0] as unknown as Case;
    return (await fed(metric, row, [length], new Array(length).fill(1)))[0]!;
  };

  test('outlines that are not there', async () => {
    const [dot, nothing] = [
      [
        [
          [0, 0],
          [0, 1],
        ],
      ],
      [
        [
          [0, 0],
          [0, 0],
        ],
      ],
    ];
    expect(await once(new HausdorffDistance(), dot, dot)).toBe(0);
    expect(await once(new HausdorffDistance(), dot, nothing)).toBe(Number.POSITIVE_INFINITY);
    expect(await once(new HausdorffDistance(), nothing, nothing)).toBeNaN();
    expect(
      await once(
        new HausdorffDistance(),
        [
          [
            [1, 0],
            [0, 0],
          ],
        ],
        dot,
      ),
    ).toBeCloseTo(Math.SQRT2);
    // The truth is everything, the prediction one corner of it: nothing strays, but much is left out.
    const all = [
      [
        [1, 1],
        [1, 1],
      ],
    ];
    expect(await once(new HausdorffDistance({ directed: true }), all, dot)).toBe(0);
    expect(await once(new HausdorffDistance(), all, dot)).toBeCloseTo(Math.SQRT2);
  });

  test('one side of a decision is missing', async () => {
    expect(await once(new EqualErrorRate(), [1, 1], [0.2, 0.3])).toBeNaN();
    expect(await once(new LogAUC(), [0, 0], [0.2, 0.3])).toBeNaN();
  });

  test('what always separates, and never', async () => {
    expect(await once(new EqualErrorRate(), [0, 1], [0.2, 0.3])).toBe(0);
    expect(await once(new EqualErrorRate(), [1, 0], [0.2, 0.3])).toBe(1);
    expect(await once(new EqualErrorRate(), [1, 0], [0.3, 0.3])).toBe(0.5);
  });

  test('nothing to rank by', async () => {
    expect(await once(new SpearmanCorrelation(), [1, 1], [1, 2])).toBeNaN();
    expect(await once(new KendallCorrelation(), [1, 2], [3, 3])).toBeNaN();
    expect(await once(new SpearmanCorrelation(), [1, Number.NaN, 3], [1, 2, 3])).toBeNaN();
  });

  test('both are 0', async () => {
    expect(await once(new SymmetricMeanAbsolutePercentageError(), [0, 1], [0, 1])).toBe(0);
    expect(await once(new TweedieDevianceScore({ power: 1 }), [0], [2])).toBe(4);
    expect(await once(new CriticalSuccessIndex(), [0, 0], [0, 0])).toBe(0);
  });

  test('the count of pairs in a tree is that of all pairs', () => {
    const value = fc.integer({ min: -3, max: 3 });
    const row = fc.record({ y: value, p: value, weight: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 20 }), (rows) => {
        const metric = new KendallCorrelation();
        const spec = { shape: [rows.length], dtype: 'float32' as const };
        const [y, p, weights] = (['y', 'p', 'weight'] as const).map((key) =>
          Float32Array.from(rows, (each) => each[key]),
        );
        metric.updateHost(y!, p!, { truth: spec, prediction: spec }, weights);
        const expected = naive.kendall([...y!], [...p!], [...weights!]).b;
        if (Number.isNaN(expected)) expect(metric.resultHost()).toBeNaN();
        else expect(metric.resultHost()).toBeCloseTo(expected, 10);
      }),
      { numRuns: 100 },
    );
  });

  test('short names', () => {
    const types = ['eer', 'smape', 'wmape', 'crps'].map((name) => metricFrom(name).type);
    expect(types).toEqual([
      'EqualErrorRate',
      'SymmetricMeanAbsolutePercentageError',
      'WeightedMeanAbsolutePercentageError',
      'ContinuousRankedProbabilityScore',
    ]);
  });
});

describe('errors read as prose', () => {
  const t = (...shape: number[]): Tensor => tensor(new Array(shape.reduce((a, b) => a * b, 1)).fill(0)).reshape(shape);
  const spec = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const;
  const messages: Readonly<Record<string, readonly [() => unknown, string]>> = {
    'no power': [
      () => new MinkowskiDistance({} as never),
      'MinkowskiDistance: p must be a number of at least 1, got null.',
    ],
    'a power between': [
      () => new TweedieDevianceScore({ power: 0.5 }),
      'TweedieDevianceScore: power must be a number up to 0 or from 1 on, got 0.5.',
    ],
    'rates from 0': [
      () => new LogAUC({ fprRange: [0, 0.1] }),
      'LogAUC: fprRange must be two rising rates from above 0 to at most 1, got [0, 0.1].',
    ],
    'an unknown norm': [
      () => new CalibrationError({ norm: 'l3' as 'l2' }),
      "CalibrationError: norm must be one of 'l1', 'l2', 'max', got 'l3'.",
    ],
    'one class': [
      () => new HausdorffDistance({ numClasses: 1 }),
      'HausdorffDistance: numClasses must be a whole number of at least 2, or null for yes and no, got 1.',
    ],
    'scores for maps': [
      () => new HausdorffDistance().build(spec(2, 4, 4), spec(2, 4, 4, 3)),
      'HausdorffDistance: the truth is float32[2, 4, 4], the prediction float32[2, 4, 4, 3]. Give one label per place, or numClasses where there are scores of several classes.',
    ],
    'truths for members': [
      () => new ContinuousRankedProbabilityScore().update(t(3), t(4, 5)),
      'ContinuousRankedProbabilityScore: the truth is float32[3], the prediction float32[4, 5]. Each row of members needs one true number.',
    ],
  };

  test.each(Object.entries(messages))('%s', (_, [make, message]) => {
    setBackend(reference());
    expect(make).toThrow(message);
  });
});
