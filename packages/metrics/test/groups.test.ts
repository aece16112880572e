import { reference } from '@nablajs/backend-reference';
import { setBackend, tensor } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';
import { Fairness, GroupStatRates } from '../src/index.ts';

beforeAll(() => setBackend(reference()));

// torchmetrics 1.9, from the documentation of BinaryGroupStatRates and BinaryFairness.
const truth = tensor([0, 1, 0, 1, 0, 1]);
const scores = tensor([0.11, 0.84, 0.22, 0.73, 0.33, 0.92]);
const groups = tensor([0, 1, 0, 1, 0, 1], 'int32');

test('the shares of each group, over two batches', async () => {
  const rates = new GroupStatRates(2);
  for (let pass = 0; pass < 2; pass++) {
    rates.update(truth.slice([0], [4]), scores.slice([0], [4]), groups.slice([0], [4]));
    rates.update(truth.slice([4], [2]), scores.slice([4], [2]), groups.slice([4], [2]));
    expect(await rates.result().array()).toEqual([
      [0, 0, 1, 0],
      [1, 0, 0, 0],
    ]);
    rates.reset();
  }
});

test('one group hears yes only, the other never', async () => {
  const fairness = new Fairness(2);
  fairness.update(truth, scores, groups);
  expect(await fairness.result().item()).toBe(0);
});

test('rates worked out by hand, with weights and somebody in no group', async () => {
  // Group 0: tp (weight 2), fn, fp, tn; group 1: tp, tn, tn; group 2: nobody; -1: not counted.
  const y = tensor([[1], [1], [0], [0], [1], [0], [0], [1]]);
  const p = tensor([[0.9], [0.1], [0.7], [0.2], [0.8], [0.3], [0.4], [0.9]]);
  const g = tensor([0, 0, 0, 0, 1, 1, 1, -1], 'int32');
  const weights = tensor([2, 1, 1, 1, 1, 1, 1, 5]);
  const rates = new GroupStatRates({ numGroups: 3 });
  rates.update(y, p, g, weights);
  const found = (await rates.result().array()) as number[][];
  const expected = [
    [2 / 5, 1 / 5, 1 / 5, 1 / 5],
    [1 / 3, 0, 2 / 3, 0],
    [0, 0, 0, 0],
  ];
  for (const [i, row] of expected.entries()) for (const [k, v] of row.entries()) expect(found[i]![k]).toBeCloseTo(v, 6);
  const parity = new Fairness(3, { name: 'parity' });
  const chance = new Fairness({ numGroups: 3, criterion: 'equalOpportunity' });
  for (const metric of [parity, chance]) metric.update(y, p, g, weights);
  expect(await parity.result().item()).toBeCloseTo(1 / 3 / (3 / 5), 6);
  expect(await chance.result().item()).toBeCloseTo(2 / 3 / 1, 6);
  expect([parity.name, chance.name]).toEqual(['parity', 'fairness']);
  expect(() => new Fairness(2, { criterion: 'luck' as 'equalOpportunity' })).toThrow(
    "Fairness: criterion must be one of 'demographicParity', 'equalOpportunity', got 'luck'.",
  );
  expect(() => rates.update(y, p, tensor([0, 1]))).toThrow(
    'GroupStatRates: the groups are float32[2], the prediction float32[8, 1]. Give one group number per predicted value.',
  );
});
