import { checkGradients, gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { type NestedArray, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BinaryCrossentropy,
  binaryCrossentropy,
  CategoricalCrossentropy,
  categoricalCrossentropy,
  SparseCategoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from '../src/index.ts';

beforeAll(() => setBackend(reference()));

const near = (actual: NestedArray, expected: number, digits = 6): void =>
  expect(actual as number).toBeCloseTo(expected, digits);

function allNear(actual: ArrayLike<number>, expected: readonly number[], digits = 6): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) near(actual[i]!, value, digits);
}

describe('the numbers of the course', () => {
  // The course prints 0.15 and 0.046: logarithms to base 10. Losses everywhere use the natural logarithm.
  test.each([
    [[0.7, 0.1, 0.2], 0.356675, 0.1549],
    [[0.9, 0.1, 0], 0.105361, 0.0458],
  ])('cross-entropy of %j and the first class', async (prediction, natural, decimal) => {
    const loss = categoricalCrossentropy(tensor([[1, 0, 0]]), tensor([prediction]));
    const [value] = await loss.data();
    near(value!, natural);
    near(value! / Math.LN10, decimal, 4);
    expect(Math.log10(prediction[0]!)).toBeCloseTo(-decimal, 4);
  });

  test('0 log 0 is 0: a class that is neither true nor predicted costs nothing', async () => {
    const truth = tensor([[1, 0, 0]]);
    const prediction = tensor([[0.9, 0.1, 0]]);
    const loss = new CategoricalCrossentropy().apply(truth, prediction);
    const [slope] = gradients(loss, [prediction]);
    expect((await slope!.data()).every(Number.isFinite)).toBe(true);
    near(await loss.item(), -Math.log(0.9));
  });

  test('three sigmoids that all say 0.99 are no better than guessing: ln 3', async () => {
    near(
      await new CategoricalCrossentropy().apply(tensor([[0, 1, 0]]), tensor([[0.99, 0.99, 0.99]])).item(),
      Math.log(3),
    );
  });
});

/** The formula, with the limits Keras puts on probabilities. */
function naiveCategorical(truth: readonly number[], prediction: readonly number[]): number {
  const total = prediction.reduce((sum, p) => sum + p, 0);
  return -truth.reduce(
    (sum, t, k) => sum + t * Math.log(Math.min(1 - 1e-7, Math.max(1e-7, prediction[k]! / total))),
    0,
  );
}

function naiveSoftmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - top));
  const total = exponentials.reduce((sum, e) => sum + e, 0);
  return exponentials.map((e) => e / total);
}

const score = fc.integer({ min: -40, max: 40 }).map((n) => n / 8);
const batch = fc.integer({ min: 2, max: 5 }).chain((classes) =>
  fc.array(
    fc.record({
      scores: fc.array(score, { minLength: classes, maxLength: classes }),
      label: fc.integer({ min: 0, max: classes - 1 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
);

describe('agreement with the formula', () => {
  test('categorical and sparse, from probabilities, logits and a softmax', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (rows) => {
        const classes = rows[0]!.scores.length;
        const oneHot = rows.map(({ label }) => Array.from({ length: classes }, (_, k) => Number(k === label)));
        const expected = rows.map(({ scores }, i) => naiveCategorical(oneHot[i]!, naiveSoftmax(scores)));
        const logits = tensor(rows.map(({ scores }) => scores));
        const labels = tensor(
          rows.map(({ label }) => label),
          'int32',
        );
        const losses = [
          categoricalCrossentropy(tensor(oneHot), tensor(rows.map(({ scores }) => naiveSoftmax(scores)))),
          categoricalCrossentropy(tensor(oneHot), logits, { fromLogits: true }),
          categoricalCrossentropy(tensor(oneHot), logits.softmax()),
          sparseCategoricalCrossentropy(labels, logits, { fromLogits: true }),
          sparseCategoricalCrossentropy(labels.cast('float32').expandDims(-1), logits.softmax()),
          sparseCategoricalCrossentropy(labels, tensor(rows.map(({ scores }) => naiveSoftmax(scores)))),
        ];
        for (const loss of losses) {
          expect(loss.shape).toEqual([rows.length]);
          allNear(await loss.data(), expected, 4);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('binary, from probabilities, logits and a sigmoid', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(score, fc.constantFrom(0, 1, 0.25)), { minLength: 1, maxLength: 6 }),
        async (pairs) => {
          const p = pairs.map(([s]) => 1 / (1 + Math.exp(-s)));
          const expected = pairs.map(([, t], i) => -(t * Math.log(p[i]!) + (1 - t) * Math.log(1 - p[i]!)));
          const truth = tensor(pairs.map(([, t]) => [t]));
          const logits = tensor(pairs.map(([s]) => [s]));
          for (const loss of [
            binaryCrossentropy(truth, tensor(p.map((value) => [value]))),
            binaryCrossentropy(truth, logits, { fromLogits: true }),
            binaryCrossentropy(truth.flatten(), logits.sigmoid()),
            binaryCrossentropy(truth.flatten(), logits.sigmoid().flatten()),
          ]) {
            expect(loss.shape).toEqual([pairs.length]);
            allNear(await loss.data(), expected, 4);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test('several decisions per sample are averaged, sequences keep their steps', async () => {
    const p = tensor([[0.5, 0.25]]);
    near(await new BinaryCrossentropy().apply(tensor([[1, 0]]), p).item(), (Math.log(2) - Math.log(0.75)) / 2);
    const steps = tensor([
      [
        [0.5, 0.5],
        [0.25, 0.75],
      ],
    ]);
    const loss = sparseCategoricalCrossentropy(tensor([[0, 1]], 'int32'), steps);
    expect(loss.shape).toEqual([1, 2]);
    near((await loss.data())[1]!, -Math.log(0.75));
  });

  test('label smoothing', async () => {
    // (1 - 0.3) * (1, 0, 0) + 0.3 / 3 = (0.8, 0.1, 0.1)
    const p = [0.7, 0.1, 0.2];
    near(
      await categoricalCrossentropy(tensor([[1, 0, 0]]), tensor([p]), { labelSmoothing: 0.3 }).item(),
      naiveCategorical([0.8, 0.1, 0.1], p),
    );
    // 1 becomes 0.9, 0 becomes 0.1.
    near(
      await binaryCrossentropy(tensor([[1, 0]]), tensor([[0.6, 0.6]]), { labelSmoothing: 0.2 }).item(),
      -(0.9 * Math.log(0.6) + 0.1 * Math.log(0.4) + 0.1 * Math.log(0.6) + 0.9 * Math.log(0.4)) / 2,
    );
  });

  test('integer and boolean labels count as numbers', async () => {
    const p = tensor([[0.7, 0.3]]);
    near(await categoricalCrossentropy(tensor([[true, false]]), p).item(), -Math.log(0.7));
    near(await binaryCrossentropy(tensor([[0, 1]], 'int32'), p).item(), -Math.log(0.3));
  });
});

describe('a loss looks through a softmax and a sigmoid', () => {
  test('where the softmax underflows, value and slope stay exact', async () => {
    const truth = tensor([[1, 0]]);
    const logits = tensor([[0, 200]]);
    const loss = new CategoricalCrossentropy().apply(truth, logits.softmax());
    const [slope] = gradients(loss, [logits]);
    expect(await slope!.array()).toEqual([[-1, 1]]);
    near(await loss.item(), 200);
    // From the mere probabilities the loss ends at -ln(1e-7), on a plateau without slope.
    const probabilities = tensor([[0, 1]]);
    const limited = new CategoricalCrossentropy().apply(truth, probabilities);
    near(await limited.item(), -Math.log(1e-7));
  });

  test('the same for a sigmoid', async () => {
    const logits = tensor([[-200], [200]]);
    const loss = new BinaryCrossentropy().apply(tensor([[1], [0]]), logits.sigmoid());
    const [slope] = gradients(loss, [logits]);
    expect(await slope!.array()).toEqual([[-0.5], [0.5]]);
    near(await loss.item(), 200);
  });

  test('a softmax over another axis is left alone', async () => {
    const logits = tensor([
      [0, 1],
      [2, 0],
    ]);
    const loss = categoricalCrossentropy(
      tensor([
        [1, 0],
        [0, 1],
      ]),
      logits.softmax(0),
    );
    const columns = [naiveSoftmax([0, 2]), naiveSoftmax([1, 0])];
    near((await loss.data())[0]!, naiveCategorical([1, 0], [columns[0]![0]!, columns[1]![0]!]), 5);
  });
});

test('gradients agree with finite differences', async () => {
  const logits = tensor([
    [0.3, -1.2, 0.7],
    [1.1, 0.4, -0.6],
  ]);
  const oneHot = tensor([
    [0, 0, 1],
    [1, 0, 0],
  ]);
  const labels = tensor([2, 0], 'int32');
  const positive = tensor([
    [0.3, 0.5, 0.4],
    [0.6, 0.2, 0.7],
  ]);
  const losses: ((x: Tensor) => Tensor)[] = [
    (x) => categoricalCrossentropy(oneHot, x, { fromLogits: true, labelSmoothing: 0.1 }),
    (x) => categoricalCrossentropy(oneHot, x.softmax()),
    (x) => sparseCategoricalCrossentropy(labels, x, { fromLogits: true }),
    (x) => binaryCrossentropy(oneHot, x, { fromLogits: true }),
    (x) => binaryCrossentropy(oneHot, x.sigmoid(), { labelSmoothing: 0.1 }),
  ];
  for (const loss of losses) await checkGradients(loss, [logits]);
  // Without a softmax in front the scaling to sum 1 is part of the loss and of its gradient.
  await checkGradients((x) => categoricalCrossentropy(oneHot, x), [positive]);
  await checkGradients((x) => sparseCategoricalCrossentropy(labels, x), [positive]);
  await checkGradients((x) => binaryCrossentropy(oneHot, x), [positive]);
});

test('the gradient to logits is softmax minus truth', async () => {
  const logits = tensor([[2, -1, 0.5]]);
  const loss = new SparseCategoricalCrossentropy({ fromLogits: true }).apply(tensor([1], 'int32'), logits);
  const [slope] = gradients(loss, [logits]);
  allNear(
    await slope!.data(),
    naiveSoftmax([2, -1, 0.5]).map((p, k) => p - Number(k === 1)),
  );
});
