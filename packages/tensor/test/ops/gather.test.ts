import { checkGradients, gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { gather, gatherOp, oneHot, scatterAdd, setBackend, takeAlongAxis, tensor, zeros } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNear } from './near.ts';

beforeAll(() => setBackend(reference()));

const X = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('gather', () => {
  test('indices of any shape replace the axis', async () => {
    await expectNear(
      gather(
        X,
        tensor(
          [
            [1, 0],
            [1, 1],
          ],
          'int32',
        ),
      ),
      [
        [
          [4, 5, 6],
          [1, 2, 3],
        ],
        [
          [4, 5, 6],
          [4, 5, 6],
        ],
      ],
    );
    await expectNear(gather(X, tensor([2, 0], 'int32'), 1), [
      [3, 1],
      [6, 4],
    ]);
    await expectNear(gather(X, tensor(1, 'int32'), -1), [2, 5]);
  });
  test('negative indices count from the end, what is out of range reads as 0', () =>
    expectNear(gather(tensor([7, 8, 9]), tensor([-1, -3, -4, 3], 'int32')), [9, 7, 0, 0]));
  test('booleans and integers', async () => {
    expect(await gather(tensor([true, false]), tensor([1, 0, 0], 'int32')).array()).toEqual([false, true, true]);
    expect(await gather(tensor([5, 6], 'int32'), tensor([1, 1], 'int32')).array()).toEqual([6, 6]);
  });
  test('the gradient counts how often an entry was taken', async () => {
    const x = tensor([1, 2, 3]);
    const taken = gather(x, tensor([2, 2, 0, 5], 'int32'));
    await expectNear(gradients(taken.sum(), [x])[0]!, [1, 0, 2]);
  });
  test('gradients of gradients', () =>
    checkGradients(
      (x) =>
        gradients(
          gather(x, tensor([1, 0, 1, 7], 'int32'), 1)
            .square()
            .mul(x.sum())
            .sum(),
          [x],
        )[0]!
          .square()
          .sum()
          .mul(0.01),
      [X],
    ));
  test('errors', () => {
    expect(() => gather(X, tensor([0, 1]))).toThrow(/expects int32, got float32\[2\]. Convert it with cast\('int32'\)/);
    expect(() => gather(X, tensor([0], 'int32'), 2)).toThrow(/axis 2 does not exist/);
    expect(() => gatherOp([X, zeros([2, 2], 'int32')], { axis: 0 })).toThrow(/indices of rank 1/);
  });
});

describe('scatterAdd', () => {
  test('adds updates at their indices', async () => {
    const indices = tensor([2, 0, 2, -4, 3], 'int32');
    await expectNear(scatterAdd(indices, tensor([1, 10, 100, 1000, 1000]), 3), [10, 0, 101]);
    await expectNear(scatterAdd(tensor([[1], [1]], 'int32'), tensor([[[1, 2]], [[3, 4]]]), 2), [
      [0, 0],
      [4, 6],
    ]);
    await expectNear(scatterAdd(tensor([1, 1, 0], 'int32'), X, 2, 1), [
      [3, 3],
      [6, 9],
    ]);
  });
  test('gradients of gradients', () =>
    checkGradients(
      (u) =>
        gradients(
          scatterAdd(tensor([1, 0, 1], 'int32'), u, 2)
            .square()
            .sum(),
          [u],
        )[0]!
          .square()
          .sum(),
      [tensor([0.5, -1, 2])],
    ));
  test('errors', () => {
    const indices = tensor([0, 1], 'int32');
    expect(() => scatterAdd(indices, zeros([3, 4]), 5)).toThrow(
      /need updates with these axes from axis 0 on, got \[3, 4\]/,
    );
    expect(() => scatterAdd(indices, zeros([2]), -1)).toThrow(/size must be a whole number/);
    expect(() => scatterAdd(indices, zeros([2], 'bool'), 2)).toThrow(/expects numbers/);
  });
});

describe('takeAlongAxis', () => {
  test('one entry per lane', async () => {
    await expectNear(
      takeAlongAxis(
        X,
        tensor(
          [
            [2, 0],
            [1, 1],
          ],
          'int32',
        ),
      ),
      [
        [3, 1],
        [5, 5],
      ],
    );
    await expectNear(takeAlongAxis(X, tensor([[1, 0, 1]], 'int32'), 0), [[4, 2, 6]]);
  });
  test('other axes broadcast', async () => {
    await expectNear(takeAlongAxis(X, tensor([[2]], 'int32')), [[3], [6]]);
    await expectNear(takeAlongAxis(tensor([[1, 2]]), tensor([[0], [1]], 'int32')), [[1], [2]]);
  });
  test('negative and out of range', async () => {
    await expectNear(
      takeAlongAxis(
        X,
        tensor(
          [
            [-1, 3],
            [-4, -3],
          ],
          'int32',
        ),
      ),
      [
        [3, 0],
        [0, 4],
      ],
    );
    expect(await takeAlongAxis(tensor([[true, true]]), tensor([[0, 2]], 'int32')).array()).toEqual([[true, false]]);
  });
  test('gradients', () =>
    checkGradients(
      (x) =>
        takeAlongAxis(
          x,
          tensor(
            [
              [2, 2, 5],
              [0, 1, -1],
            ],
            'int32',
          ),
        ).square(),
      [X],
    ));
  test('errors', () => {
    expect(() => takeAlongAxis(X, tensor([1], 'int32'))).toThrow(/must have the rank of \[2, 3\]/);
    expect(() => takeAlongAxis(X, zeros([3, 1], 'int32'))).toThrow(/do not broadcast/);
  });
});

describe('oneHot', () => {
  test('a new last axis; outside of it only zeros', async () => {
    await expectNear(oneHot(tensor([2, 0, 3, -1], 'int32'), 3), [
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    await expectNear(oneHot(tensor([[1], [0]]), 2), [[[0, 1]], [[1, 0]]]);
  });
  test('another dtype', async () => {
    expect(await oneHot(tensor(1, 'int32'), 2, 'bool').array()).toEqual([false, true]);
  });
  test('errors', () => {
    expect(() => oneHot(zeros([2], 'bool'), 2)).toThrow(/expects numbers/);
    expect(() => oneHot(zeros([2], 'int32'), 2.5)).toThrow(/depth must be a whole number/);
  });
});
