import { checkGradients, gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import * as nabla from '@nablajs/tensor';
import { setBackend, type Tensor, tensor, zeros } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNear } from './near.ts';

beforeAll(() => setBackend(reference()));

type Row = readonly [name: string, f: (x: Tensor) => Tensor, expected: readonly number[]];

// At -2, -1, 0, 1, 2. Where a row is no plain arithmetic, it was computed from the formula with the C library's functions.
const ROWS: readonly Row[] = [
  ['sigmoid', nabla.sigmoid, [0.119203, 0.268941, 0.5, 0.731059, 0.880797]],
  ['tanh', nabla.tanh, [-0.964028, -0.761594, 0, 0.761594, 0.964028]],
  ['relu', nabla.relu, [0, 0, 0, 1, 2]],
  ['softplus', nabla.softplus, [0.126928, 0.313262, Math.LN2, 1.313262, 2.126928]],
  ['linear', nabla.linear, [-2, -1, 0, 1, 2]],
  ['exponential', nabla.exponential, [0.135335, 0.367879, 1, Math.E, Math.E ** 2]],
  ['elu', nabla.elu, [-0.864665, -0.632121, 0, 1, 2]],
  ['elu, alpha 2', (x) => nabla.elu(x, 2), [-1.729329, -1.264241, 0, 1, 2]],
  ['celu', nabla.celu, [-0.864665, -0.632121, 0, 1, 2]],
  ['celu, alpha 2', (x) => nabla.celu(x, 2), [-1.264241, -0.786939, 0, 1, 2]],
  ['selu', nabla.selu, [-1.520166, -1.111331, 0, 1.050701, 2.101402]],
  ['leakyRelu', nabla.leakyRelu, [-0.4, -0.2, 0, 1, 2]],
  ['leakyRelu, slope 0.1', (x) => nabla.leakyRelu(x, 0.1), [-0.2, -0.1, 0, 1, 2]],
  ['relu6', (x) => nabla.relu6(x.mul(4)), [0, 0, 0, 4, 6]],
  ['silu', nabla.silu, [-0.238406, -0.268941, 0, 0.731059, 1.761594]],
  ['swish', nabla.swish, [-0.238406, -0.268941, 0, 0.731059, 1.761594]],
  ['gelu', nabla.gelu, [-0.0455, -0.158655, 0, 0.841345, 1.9545]],
  ['gelu, approximate', (x) => nabla.gelu(x, { approximate: true }), [-0.045402, -0.158808, 0, 0.841192, 1.954598]],
  ['hardShrink', nabla.hardShrink, [-2, -1, 0, 1, 2]],
  ['hardShrink, threshold 1', (x) => nabla.hardShrink(x, 1), [-2, 0, 0, 0, 2]],
  ['softShrink', nabla.softShrink, [-1.5, -0.5, 0, 0.5, 1.5]],
  ['softShrink, threshold 1', (x) => nabla.softShrink(x, 1), [-1, 0, 0, 0, 1]],
  ['tanhShrink', nabla.tanhShrink, [-1.035972, -0.238406, 0, 0.238406, 1.035972]],
  ['hardSigmoid', nabla.hardSigmoid, [1 / 6, 1 / 3, 0.5, 2 / 3, 5 / 6]],
  ['hardSigmoid, outside', (x) => nabla.hardSigmoid(x.mul(2)), [0, 1 / 6, 0.5, 5 / 6, 1]],
  ['hardSilu', nabla.hardSilu, [-1 / 3, -1 / 3, 0, 2 / 3, 5 / 3]],
  ['hardSwish', nabla.hardSwish, [-1 / 3, -1 / 3, 0, 2 / 3, 5 / 3]],
  ['hardTanh', nabla.hardTanh, [-1, -1, 0, 1, 1]],
  ['logSigmoid', nabla.logSigmoid, [-2.126928, -1.313262, -Math.LN2, -0.313262, -0.126928]],
  ['mish', nabla.mish, [-0.252501, -0.303401, 0, 0.865098, 1.943959]],
  ['softsign', nabla.softsign, [-2 / 3, -0.5, 0, 0.5, 2 / 3]],
  ['sparsePlus', nabla.sparsePlus, [0, 0, 0.25, 1, 2]],
  ['sparseSigmoid', nabla.sparseSigmoid, [0, 0, 0.5, 1, 1]],
  ['squareplus', nabla.squareplus, [0.414214, 0.618034, 1, 1.618034, 2.414214]],
  ['threshold', (x) => nabla.threshold(x, 0.5, 9), [9, 9, 9, 1, 2]],
];

describe.each(ROWS)('%s', (_, f, expected) => {
  test('values', () => expectNear(f(tensor([-2, -1, 0, 1, 2])), expected, 1e-6));
  test('gradients away from the bends', () =>
    checkGradients(f, [tensor([-3.3, -1.7, -0.8, -0.3, 0.3, 0.8, 1.7, 3.3])]));
  test('gradients stay finite for large inputs', async () => {
    const x = tensor([-80, 80]);
    const [slope] = gradients(f(x).sum(), [x]);
    expect([...(await slope!.data())].every(Number.isFinite)).toBe(true);
  });
});

test('the slope of elu and celu is 1 from both sides of 0', async () => {
  for (const f of [nabla.elu, nabla.celu]) {
    const x = tensor([-1e-4, 0, 1e-4]);
    await expectNear(gradients(f(x).sum(), [x])[0]!, [1, 1, 1], 1e-3);
  }
});

test('saturated tails keep their value', async () => {
  await expectNear(nabla.logSigmoid(tensor([-500, 500])), [-500, 0]);
  await expectNear(nabla.elu(tensor([-500, 500])), [-1, 500]);
  await expectNear(nabla.mish(tensor([-500, 500])), [0, 500]);
  await expectNear(nabla.sparsePlus(tensor([Number.POSITIVE_INFINITY])), [Number.POSITIVE_INFINITY]);
});

describe('glu', () => {
  test('the second half gates the first', async () => {
    await expectNear(nabla.glu(tensor([[1, 2, 0, 1]])), [[0.5, 2 * 0.731059]], 1e-6);
    await expectNear(
      nabla.glu(
        tensor([
          [1, 2],
          [0, 1],
        ]),
        0,
      ),
      [[0.5, 2 * 0.731059]],
      1e-6,
    );
  });
  test('gradients', () => checkGradients((x) => nabla.glu(x), [tensor([[0.3, -1, 2, 0.4]])]));
  test('an odd axis', () =>
    expect(() => nabla.glu(zeros([2, 3]))).toThrow('glu: axis 1 of [2, 3] must be even to be halved.'));
});

describe('sparsemax', () => {
  test('a projection onto the simplex', async () => {
    // Two in the support of row 1: (2 + 1.5 - 1) / 2 = 1.25 is taken off. One in row 2, all in row 3.
    await expectNear(
      nabla.sparsemax(
        tensor([
          [2, 1.5, 0.1],
          [0, 5, 1],
          [0, 0, 0],
        ]),
      ),
      [
        [0.75, 0.25, 0],
        [0, 1, 0],
        [1 / 3, 1 / 3, 1 / 3],
      ],
    );
    await expectNear(nabla.sparsemax(tensor([[2], [1.5], [0.1]]), 0), [[0.75], [0.25], [0]]);
  });
  test('gradients', () =>
    checkGradients(
      (x) => nabla.sparsemax(x).square(),
      [
        tensor([
          [2, 1.5, 0.1],
          [0.1, 0.3, 0.2],
        ]),
      ],
    ));
});
