// The edges of the functions: no elements, numbers that a dtype does not have, arguments that plain JavaScript lets through.
// Truths are NumPy's, by hand.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import {
  arange,
  type Backend,
  ConfigError,
  cumprod,
  DTypeError,
  eye,
  fromData,
  full,
  pad,
  postOrder,
  randomUniform,
  ShapeError,
  setBackend,
  slice,
  split,
  type Tensor,
  tensor,
  tile,
  where,
  zeros,
} from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';

const backends: readonly (readonly [string, () => Backend | Promise<Backend>])[] = [
  ['reference', reference],
  ['cpu', cpu],
];

describe.each(backends)('on %s', (_, make) => {
  beforeAll(async () => setBackend(await make()));

  test('of no elements none is true, and all are', async () => {
    expect(await zeros([0], 'bool').any().item()).toBe(0);
    expect(await zeros([0], 'bool').all().item()).toBe(1);
    expect(await zeros([2, 0]).any(1, { keepDims: true }).array()).toEqual([[false], [false]]);
    expect(
      await tensor([
        [0, Number.NaN],
        [0, 0],
      ] as never)
        .any(1)
        .array(),
    ).toEqual([true, false]);
    expect(await tensor([-3, 0], 'int32').any().item()).toBe(1);
  });

  test('a number that integers do not have makes the result float32, as a fraction does', async () => {
    const x = tensor([1, -7], 'int32');
    expect(await x.less(3e9).array()).toEqual([true, true]);
    expect(await x.greater(-3e9).array()).toEqual([true, true]);
    expect(await x.equal(2 ** 32 + 1).array()).toEqual([false, false]);
    expect(await x.clip(-3e9, 3e9).array()).toEqual([1, -7]);
    expect(await x.add(2 ** 40).array()).toEqual([2 ** 40, 2 ** 40]);
    expect(x.maximum(2 ** 31).dtype).toBe('float32');
    expect(x.maximum(2 ** 31 - 1).dtype).toBe('int32');
    expect(x.minimum(-(2 ** 31)).dtype).toBe('int32');
    expect(await where(tensor([true, false]), 1, 3e9).array()).toEqual([1, 3e9]);
  });

  test('numbers become elements as cast makes them', async () => {
    const odd = [1.7, -1.7, Number.NaN, 3e9, -3e9, Number.POSITIVE_INFINITY];
    const whole = Int32Array.of(1, -1, 0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1);
    expect(await tensor(odd).cast('int32').data()).toEqual(whole);
    expect(await tensor(odd, 'int32').data()).toEqual(whole);
    for (const [i, value] of odd.entries()) expect(await full([], value, 'int32').item()).toBe(whole[i]);
    expect(await full([1], 2, 'bool').cast('float32').array()).toEqual([1]);
    expect(await full([1], Number.NaN, 'bool').array()).toEqual([true]);
    expect(await pad(tensor([5], 'int32'), [[1, 0]], 3e9).array()).toEqual([2 ** 31 - 1, 5]);
    expect(
      await pad(tensor([false]), [[1, 0]], 2)
        .cast('int32')
        .array(),
    ).toEqual([1, 0]);
  });

  test('ranges have the dtype asked for, and one that holds them without being asked', async () => {
    expect(await arange(2 ** 31 - 2, 2 ** 31).data()).toEqual(Int32Array.of(2 ** 31 - 2, 2 ** 31 - 1));
    expect(await arange(3e9, 3e9 + 512, 256).data()).toEqual(Float32Array.of(3e9, 3e9 + 256));
    expect(await arange(0, 2, 0.5, 'int32').data()).toEqual(Int32Array.of(0, 0, 1, 1));
    expect(await arange(0, 3, 1, 'bool').array()).toEqual([false, true, true]);
    expect(arange(5, 0).dtype).toBe('int32');
  });

  test('booleans multiply along an axis as numbers', async () => {
    const x = tensor([true, true, false, true]);
    expect(await cumprod(x).data()).toEqual(Int32Array.of(1, 1, 0, 0));
    expect(await cumprod(x, 0, { exclusive: true, reverse: true }).data()).toEqual(Int32Array.of(0, 0, 1, 1));
    expect(cumprod(tensor([true])).dtype).toBe('int32');
  });
});

test('tiles of many axes never have more axes than what they are made of, or three', async () => {
  const steps: number[] = [];
  const x = fromData(
    Float32Array.from({ length: 12 }, (_, i) => i),
    [1, 2, 3, 2],
  );
  const y = tile(x, [2, 1, 2, 3]);
  for (const { spec } of postOrder([y.node])) steps.push(spec.shape.length);
  expect(Math.max(...steps)).toBe(4);
  expect(y.shape).toEqual([2, 2, 6, 6]);
  const [data, small] = [await y.data(), await x.data()];
  const at = (n: number, row: number, cell: number, k: number): number => data[((n * 2 + row) * 6 + cell) * 6 + k]!;
  for (const [n, row, cell, k] of [
    [0, 0, 0, 0],
    [1, 1, 5, 5],
    [1, 0, 4, 3],
    [0, 1, 2, 2],
  ] as const) {
    expect(at(n, row, cell, k)).toBe(small[(row * 3 + (cell % 3)) * 2 + (k % 2)]);
  }
});

const six = zeros([6]);

test.each<readonly [string, () => Tensor | readonly Tensor[], new (detail: string) => Error, string]>([
  ['a negative size', () => zeros([-1]), ShapeError, '[-1] is not a shape'],
  ['a broken size', () => full([2.5], 1), ShapeError, '[2.5] is not a shape'],
  ['no number', () => zeros([Number.NaN]), ShapeError, '[NaN] is not a shape'],
  ['random, negative', () => randomUniform([-1]), ShapeError, '[-1] is not a shape'],
  ['a negative matrix', () => eye(-1), ShapeError, '[-1, -1] is not a shape'],
  ['two negative sizes of the right product', () => six.reshape([-2, -3]), ShapeError, '[-2, -3] is not a shape'],
  ['a broken size of the right product', () => six.reshape([1.5, 4]), ShapeError, '[1.5, 4] is not a shape'],
  ['growing by a negative size', () => zeros([2]).broadcastTo([-1, 2]), ShapeError, '[-1, 2] is not a shape'],
  ['a part from between elements', () => slice(six, [0.5]), ShapeError, 'from 0.5 in steps of 1'],
  ['a part of broken size', () => slice(six, [0], [1.5]), ShapeError, 'no 1.5 elements'],
  ['a part from nowhere', () => slice(six, [Number.NaN], [2]), ShapeError, 'from NaN'],
  ['broken steps', () => slice(six, [0], [-1], [1.5]), ShapeError, 'in steps of 1.5'],
  ['fewer than no parts', () => split(six, -2), ConfigError, 'count must be a whole number of at least 0, got -2'],
  ['half a part', () => split(six, 0.5), ConfigError, 'count must be a whole number of at least 0, got 0.5'],
  ['no parts', () => split(six, 0), ShapeError, 'does not divide into 0 equal parts'],
  ['an unknown dtype', () => zeros([2], 'int64' as never), DTypeError, "'int64' is not a dtype. Use one of float32"],
  ['values of an unknown dtype', () => tensor([1], 'int8' as never), DTypeError, "'int8' is not a dtype"],
  ['data of one', () => fromData(Float32Array.of(1), [1], 'f32' as never), DTypeError, "'f32' is not a dtype"],
  ['numbers too big for any', () => tensor([1n as never]), DTypeError, 'element [0] is 1, expected a number'],
  ['a list beside a tensor', () => six.add([1] as never), DTypeError, 'add: takes tensors and numbers, got a list'],
  ['nothing', () => six.mul(undefined as never), DTypeError, 'mul: takes tensors and numbers, got undefined'],
  ['null', () => six.less(null as never), DTypeError, 'less: takes tensors and numbers, got null'],
  ['text', () => six.sub('2' as never), DTypeError, 'sub: takes tensors and numbers, got string'],
])('%s is refused where it is asked for', (_, ask, Kind, text) => {
  expect(ask).toThrow(Kind);
  expect(ask).toThrow(text);
});
