import { checkGradients, gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { fromData, resize, setBackend, type Tensor, tensor, zeros } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNear } from './near.ts';

beforeAll(() => setBackend(reference()));

function line(...values: number[]): Tensor {
  return tensor(values).reshape([1, values.length, 1]);
}

describe('nearest', () => {
  test('twice as large repeats', () => expectNear(resize(line(1, 2, 3), 6, 'nearest').flatten(), [1, 1, 2, 2, 3, 3]));
  test('smaller takes the cell under each centre', () =>
    // Centres at 0.75 and 2.25; at 1 and 3.
    Promise.all([
      expectNear(resize(line(1, 2, 3), 2, 'nearest').flatten(), [1, 3]),
      expectNear(resize(line(1, 2, 3, 4), 2, 'nearest').flatten(), [2, 4]),
    ]));
  test('integers and booleans stay what they are', async () => {
    const labels = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      'int32',
    ).reshape([1, 2, 2, 1]);
    const larger = resize(labels, [3, 4], 'nearest');
    expect(larger.dtype).toBe('int32');
    const expected = await resize(labels.cast('float32'), [3, 4], 'nearest').array();
    expect(await larger.array()).toEqual(expected);
    expect(await resize(labels.greater(2), 1, 'nearest').array()).toEqual([[[[true]]]]);
  });
});

describe('bilinear', () => {
  test('twice as large', () => expectNear(resize(line(0, 10), 4).flatten(), [0, 2.5, 7.5, 10]));
  test('half as large averages pairs', () => expectNear(resize(line(1, 3, 10, 30), 2).flatten(), [2, 20]));
  test('three to five', () =>
    // Points at -0.2 (the edge), 0.4, 1, 1.6, 2.2 (the edge).
    expectNear(resize(line(0, 10, 30), 5).flatten(), [0, 4, 10, 22, 30]));
  test('along two axes the product of both', () =>
    expectNear(
      resize(
        tensor([
          [0, 4],
          [8, 12],
        ]).reshape([1, 2, 2, 1]),
        [1, 4],
      ).flatten(),
      [4, 5, 7, 8],
    ));
  test('integers become float32', () => expect(resize(zeros([1, 4, 1], 'int32'), 2).dtype).toBe('float32'));
});

describe.each(['nearest', 'bilinear'] as const)('%s', (mode) => {
  const x = fromData(
    Float32Array.from({ length: 24 }, (_, i) => Math.sin(i * i)),
    [1, 3, 4, 2],
  );

  test('the gradient of the sum adds up to the number of cells', async () => {
    const [slope] = gradients(resize(x, [5, 7], mode).sum(), [x]);
    expect(await slope!.sum().item()).toBeCloseTo(5 * 7 * 2, 4);
  });
  test('gradients of gradients', () =>
    checkGradients(
      (x) =>
        gradients(resize(x, [4, 3], mode).square().mul(0.5).sum(), [x])[0]!
          .square()
          .sum(),
      [x],
    ));
  test('the same size is the same image', async () => expectNear(resize(x, [3, 4], mode), await x.array()));
});

test('errors', () => {
  expect(() => resize(zeros([4, 4]), 2)).toThrow(/one to three spatial axes/);
  expect(() => resize(zeros([1, 4, 4, 1]), [2, 2, 2])).toThrow(/size \[2, 2, 2\] has 3 entries for 2 spatial axes/);
  expect(() => resize(zeros([1, 4, 4, 1]), 0)).toThrow(/whole numbers of at least 1/);
  expect(() => resize(zeros([1, 0, 4, 1]), 2)).toThrow(/Every size must be at least 1/);
  expect(() => resize(zeros([1, 4, 4, 1]), 2, 'cubic' as 'nearest')).toThrow(
    /mode must be 'nearest' or 'bilinear', got 'cubic'/,
  );
});
