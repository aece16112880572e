import { checkGradients, gradients } from '@nablajs/autograd';
import { tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { L1, L1L2, L2, L2Norm, type RegularizerLike, regularizerFrom } from '../src/index.ts';
import { onReference } from './kit.ts';

onReference();

const W = [
  [3, -4],
  [0.5, 1],
];

test.each<[RegularizerLike, number]>([
  ['l1', 0.01 * 8.5],
  ['l2', 0.01 * 26.25],
  ['l1L2', 0],
  ['l2Norm', 0.01 * Math.sqrt(26.25)],
  [new L1(2), 17],
  [new L2({ l2: 2 }), 52.5],
  [new L1L2({ l1: 2, l2: 1 }), 43.25],
  [new L2Norm(2), 2 * Math.sqrt(26.25)],
])('%s', async (like, expected) => {
  const regularizer = regularizerFrom(like);
  expect(await regularizer.apply(tensor(W)).item()).toBeCloseTo(expected, 5);
  await checkGradients((w) => regularizer.apply(w), [tensor(W)]);
  expect(regularizerFrom(regularizer.toJSON()).toJSON()).toEqual(regularizer.toJSON());
});

test('the norm of zeros has gradient 0, not NaN', async () => {
  const w = tensor([0, 0]);
  const [gradient] = gradients(new L2Norm(1).apply(w), [w]);
  expect(await gradient!.array()).toEqual([0, 0]);
});
