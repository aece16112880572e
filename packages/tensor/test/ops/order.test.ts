import { checkGradients, gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { argsort, cumprod, cumsum, setBackend, sort, tensor, topK, zeros } from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNear } from './near.ts';

beforeAll(() => setBackend(reference()));

describe('cumsum', () => {
  const x = tensor([1, 2, 3]);
  test('up to each element', () => expectNear(cumsum(x), [1, 3, 6]));
  test('before each element', () => expectNear(cumsum(x, 0, { exclusive: true }), [0, 1, 3]));
  test('from the end', () => expectNear(cumsum(x, 0, { reverse: true }), [6, 5, 3]));
  test('both', () => expectNear(cumsum(x, 0, { exclusive: true, reverse: true }), [5, 3, 0]));
  test('along another axis', () =>
    expectNear(
      cumsum(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        0,
      ),
      [
        [1, 2],
        [4, 6],
      ],
    ));
  test('booleans count', async () => expect(await cumsum(tensor([true, false, true])).array()).toEqual([1, 1, 2]));
  test('one element', async () => {
    await expectNear(cumsum(tensor([5])), [5]);
    await expectNear(cumsum(tensor([5]), 0, { exclusive: true }), [0]);
  });
  test('gradients of gradients', () =>
    checkGradients(
      (x) =>
        gradients(cumsum(x, 0, { exclusive: true }).square().mul(x).sum(), [x])[0]!
          .square()
          .sum()
          .mul(0.1),
      [tensor([0.5, -1, 2, 0.3])],
    ));
});

describe('cumprod', () => {
  const x = tensor([2, -3, 0, 5, 7]);
  test('up to each element', () => expectNear(cumprod(x), [2, -6, 0, 0, 0]));
  test('before each element', () => expectNear(cumprod(x, 0, { exclusive: true }), [1, 2, -6, 0, 0]));
  test('from the end', () => expectNear(cumprod(x, 0, { reverse: true }), [0, 0, 0, 35, 7]));
  test('both', () => expectNear(cumprod(x, 0, { exclusive: true, reverse: true }), [0, 0, 35, 7, 1]));
  test('along another axis', () =>
    expectNear(
      cumprod(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        0,
      ),
      [
        [1, 2],
        [3, 8],
      ],
    ));
  test('nothing', () => expectNear(cumprod(zeros([0]), 0, { exclusive: true }), []));
  test('gradients, through a zero too', () => checkGradients((x) => cumprod(x), [x]));
});

describe('sort', () => {
  const x = tensor([3, Number.NaN, 1, 2, 1]);
  test('ascending, NaN last', async () => {
    await expectNear(sort(x), [1, 1, 2, 3, Number.NaN]);
    expect(await argsort(x).array()).toEqual([2, 4, 3, 0, 1]);
  });
  test('descending, equals in their order, NaN last', async () => {
    await expectNear(sort(x, 0, { descending: true }), [3, 2, 1, 1, Number.NaN]);
    expect(await argsort(x, 0, { descending: true }).array()).toEqual([0, 3, 2, 4, 1]);
  });
  test('along another axis', async () => {
    await expectNear(
      sort(
        tensor([
          [3, 1],
          [2, 4],
          [1, 9],
        ]),
        0,
      ),
      [
        [1, 1],
        [2, 4],
        [3, 9],
      ],
    );
    await expectNear(
      sort(
        tensor([
          [[3], [1]],
          [[2], [4]],
        ]),
        1,
      ),
      [
        [[1], [3]],
        [[2], [4]],
      ],
    );
  });
  test('agrees with Array.prototype.sort', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 30 }), async (list) => {
        expect(await sort(tensor(list, 'int32')).array()).toEqual([...list].sort((a, b) => a - b));
      }),
      { numRuns: 40 },
    ));
  test('gradients follow the elements', async () => {
    const y = tensor([3, 1, 2]);
    await expectNear(
      gradients(
        sort(y)
          .mul(tensor([1, 10, 100]))
          .sum(),
        [y],
      )[0]!,
      [100, 1, 10],
    );
  });
});

describe('topK', () => {
  test('largest first, the first of equals first', async () => {
    const { values, indices } = topK(
      tensor([
        [1, 5, 5, 2],
        [9, -1, 3, 0],
      ]),
      3,
    );
    await expectNear(values, [
      [5, 5, 2],
      [9, 3, 0],
    ]);
    expect(await indices.array()).toEqual([
      [1, 2, 3],
      [0, 2, 3],
    ]);
  });
  test('along another axis', async () => {
    const { values, indices } = topK(
      tensor([
        [1, 9],
        [5, 2],
      ]),
      1,
      0,
    );
    await expectNear(values, [[5, 9]]);
    expect(await indices.array()).toEqual([[1, 0]]);
  });
  test('gradients', () => checkGradients((x) => topK(x, 2).values.square(), [tensor([0.5, -1, 2, 0.3])]));
  test('errors', () => {
    expect(() => topK(zeros([2, 3]), 4)).toThrow(
      'topK: cannot take the 4 largest of 3 (axis 1 of [2, 3]). Use 0 to 3.',
    );
    expect(() => argsort(zeros([2], 'bool'))).toThrow(/expects numbers/);
  });
});
