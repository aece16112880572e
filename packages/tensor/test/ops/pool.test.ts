import { checkGradients, gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { avgPool, fromData, maxPool, setBackend, type Tensor, tensor, zeros } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNear } from './near.ts';

beforeAll(() => setBackend(reference()));

const X = tensor([
  [0, 2, 1, 1, 0],
  [0, 1, 1, 1, 0],
  [-3, -1, 1, 0, 1],
  [0, 6, 0, 0, 1],
  [0, 4, 1, 7, 0],
]).reshape([1, 5, 5, 1]);

function line(...values: number[]): Tensor {
  return tensor(values).reshape([1, values.length, 1]);
}

describe('maxPool', () => {
  test('the worked example of the course', () =>
    expectNear(maxPool(X, { window: 2 }).reshape([2, 2]), [
      [2, 1],
      [6, 1],
    ]));
  test('padding never wins', () =>
    expectNear(maxPool(line(-1, -2, -3), { window: 2, strides: 1, padding: 'same' }).flatten(), [-1, -2, -3]));
  test('overlapping windows', () =>
    expectNear(maxPool(line(1, 3, 2, 5, 4), { window: 3, strides: 1 }).flatten(), [3, 5, 5]));
  test('NaN propagates', () =>
    expectNear(maxPool(line(1, Number.NaN, 5, 2), { window: 2 }).flatten(), [Number.NaN, 5]));
  test('each channel by itself', () =>
    expectNear(
      maxPool(
        tensor([
          [
            [1, 8],
            [4, 2],
          ],
        ]),
        { window: 2 },
      ),
      [[[4, 8]]],
    ));

  test('the gradient goes to the first maximum; overlapping windows add', async () => {
    const x = line(2, 2, 1, 3, 3);
    // Windows [2 2 1], [2 1 3], [1 3 3]: won by cells 0, 3 and 3.
    const y = maxPool(x, { window: 3, strides: 1 });
    await expectNear(gradients(y.mul(line(1, 10, 100)).sum(), [x])[0]!.flatten(), [1, 0, 0, 110, 0]);
  });
  test('first means row by row', async () => {
    const x = tensor([
      [0, 7],
      [7, 7],
    ]).reshape([1, 2, 2, 1]);
    await expectNear(gradients(maxPool(x, { window: 2 }).sum(), [x])[0]!.flatten(), [0, 1, 0, 0]);
  });
});

describe('avgPool', () => {
  test('the worked example of the course', () =>
    expectNear(avgPool(X, { window: 2 }).reshape([2, 2]), [
      [0.75, 1],
      [0.5, 0.25],
    ]));
  test('padding does not count', () =>
    expectNear(avgPool(line(1, 2, 3), { window: 2, strides: 1, padding: 'same' }).flatten(), [1.5, 2.5, 3]));
  test('each cell gets its share back', async () => {
    const x = line(1, 2, 3);
    const y = avgPool(x, { window: 2, strides: 1, padding: 'same' });
    await expectNear(gradients(y.mul(line(2, 20, 200)).sum(), [x])[0]!.flatten(), [1, 11, 210]);
  });
});

describe.each([
  ['maxPool', maxPool],
  ['avgPool', avgPool],
])('%s', (_, pool) => {
  test('three axes', () => expect(pool(zeros([2, 6, 7, 8, 3]), { window: [2, 3, 4] }).shape).toEqual([2, 3, 2, 2, 3]));
  test('same: ceil(size / stride)', () =>
    expect(pool(zeros([1, 7, 8, 1]), { window: 3, strides: [2, 5], padding: 'same' }).shape).toEqual([1, 4, 2, 1]));
  test('gradients of gradients', async () => {
    const x = fromData(
      Float32Array.from({ length: 30 }, (_, i) => ((i * 11) % 30) / 10),
      [1, 5, 3, 2],
    );
    const energy = (x: Tensor): Tensor => {
      const y = pool(x, {
        window: [3, 2],
        strides: [2, 1],
        padding: [
          [1, 0],
          [0, 1],
        ],
      });
      return gradients(y.square().mul(y).sum(), [x])[0]!.square().sum();
    };
    await checkGradients(energy, [x]);
  });
  test('a window that does not fit', () => {
    expect(() => pool(zeros([1, 4, 4, 1]), { window: 5 })).toThrow(
      /a window of 5 cells does not fit spatial axis 0 of \[4, 4\], 4 cells and 0 of padding/,
    );
  });
  test('padding wider than the window', () => {
    const options = {
      window: 2,
      padding: [
        [2, 0],
        [0, 0],
      ],
    } as const;
    expect(() => pool(zeros([1, 4, 4, 1]), options)).toThrow(/see nothing but padding/);
  });
  test('no spatial axes', () => {
    expect(() => pool(zeros([4, 4]), { window: 2 })).toThrow(/Add missing axes with expandDims/);
  });
  test('integers', () => {
    expect(() => pool(zeros([1, 4, 1], 'int32'), { window: 2 })).toThrow(/Convert it with cast/);
  });
});
