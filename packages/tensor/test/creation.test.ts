import { reference } from '@nablajs/backend-reference';
import {
  arange,
  asTensor,
  ConfigError,
  DTypeError,
  eye,
  fromData,
  full,
  linspace,
  ones,
  onesLike,
  ShapeError,
  scalar,
  setBackend,
  Tensor,
  tensor,
  zeros,
  zerosLike,
} from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

describe('tensor', () => {
  test.each([
    [3, [], 'float32'],
    [true, [], 'bool'],
    [[1, 2, 3], [3], 'float32'],
    [[[1], [2]], [2, 1], 'float32'],
    [[true, false], [2], 'bool'],
    [[], [0], 'float32'],
    [[[], []], [2, 0], 'float32'],
  ] as const)('%j', async (values, shape, dtype) => {
    const x = tensor(values);
    expect(x.spec).toEqual({ shape, dtype });
    expect(await x.array()).toEqual(values);
  });

  test('nested arrays come back as they went in', async () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
    const nested = (shape: readonly number[], next: () => number): unknown =>
      shape.length === 0 ? next() : Array.from({ length: shape[0]! }, () => nested(shape.slice(1), next));
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        let i = 0;
        const values = nested(shape, () => i++) as number[];
        const x = tensor(values);
        expect(x.shape).toEqual(shape);
        expect(await x.array()).toEqual(values);
        expect([...(await x.data())]).toEqual(Array.from({ length: i }, (_, k) => k));
      }),
      { numRuns: 50 },
    );
  });

  test('typed arrays may be rows; numbers become what the dtype says', async () => {
    expect(await tensor([Float32Array.of(1, 2), Float32Array.of(3, 4)] as never).array()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await tensor([2, 0, -1, Number.NaN], 'bool').data()).toEqual(Uint8Array.of(1, 0, 1, 1));
    expect(await tensor([1.9, -1.9], 'int32').data()).toEqual(Int32Array.of(1, -1));
  });

  test('ragged or foreign values are pointed at', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow('rows differ: element [1] has 1 entries, the first one has 2');
    expect(() => tensor([[1, 2], 3])).toThrow('element [1] has no entries');
    expect(() => tensor([1, [2]])).toThrow('element [1] is a list where others are numbers');
    expect(() => tensor([1, 'two' as never])).toThrow('element [1] is "two", expected a number or boolean');
    expect(() => tensor([1, undefined as never])).toThrow(DTypeError);
  });
});

describe('fromData', () => {
  test('shares the array; reading copies', async () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const x = fromData(data, [2, 2]);
    const read = await x.data();
    expect(read).toEqual(data);
    expect(read).not.toBe(data);
  });

  test('dtypes follow the array', () => {
    expect(fromData(new Float64Array(1)).dtype).toBe('float64');
    expect(fromData(new Int32Array(1)).dtype).toBe('int32');
    expect(fromData(new Uint32Array(1)).dtype).toBe('uint32');
    expect(fromData(new Uint8Array(1)).dtype).toBe('bool');
    expect(fromData(new Uint16Array(1)).dtype).toBe('float16');
  });

  test('what does not fit is refused', () => {
    expect(() => fromData(new Float32Array(5), [2, 3])).toThrow(ShapeError);
    expect(() => fromData(new Float32Array(5), [-5])).toThrow('[-5] is not a shape');
    expect(() => fromData(new Float32Array(1), [0.5])).toThrow('is not a shape');
    expect(() => fromData(new Float32Array(2), [2], 'int32')).toThrow(
      'int32 values come in a Int32Array, got Float32Array',
    );
    expect(() => fromData(Uint8Array.of(0, 1, 255))).toThrow(
      'element 2 is 255. For bytes such as pixels use Float32Array.from(bytes)',
    );
  });
});

test('constants', async () => {
  expect(await zeros([2]).array()).toEqual([0, 0]);
  expect(await ones([1, 2], 'int32').array()).toEqual([[1, 1]]);
  expect(await full([2], 2.5).array()).toEqual([2.5, 2.5]);
  expect(await full([2], 1, 'bool').array()).toEqual([true, true]);
  expect(zerosLike(zeros([3], 'int32')).spec).toEqual({ shape: [3], dtype: 'int32' });
  expect(await onesLike(zeros([2])).array()).toEqual([1, 1]);
  expect(await scalar(7, 'int32').array()).toBe(7);
  expect(await scalar(5, 'bool').array()).toBe(true);
  expect(await eye(2).array()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(await eye(2, 3, 'int32').array()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ]);
});

test('ranges', async () => {
  expect(await arange(4).array()).toEqual([0, 1, 2, 3]);
  expect(arange(4).dtype).toBe('int32');
  expect(await arange(2, 5).array()).toEqual([2, 3, 4]);
  expect(await arange(5, 0, -2).array()).toEqual([5, 3, 1]);
  expect(await arange(0, 1, 0.25).array()).toEqual([0, 0.25, 0.5, 0.75]);
  expect(await arange(3, 3).array()).toEqual([]);
  expect(await arange(3, 1).array()).toEqual([]);
  expect(arange(3, undefined, 1, 'float32').dtype).toBe('float32');
  expect(() => arange(0, 1, 0)).toThrow(ConfigError);
  expect(() => arange(0, Number.POSITIVE_INFINITY)).toThrow(ConfigError);
  expect(await linspace(0, 1, 5).array()).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(await linspace(3, 9, 1).array()).toEqual([3]);
  expect(() => linspace(0, 1, 0)).toThrow(ConfigError);
});

test('asTensor takes what holds numbers', async () => {
  const x = tensor([1, 2]);
  expect(asTensor(x)).toBe(x);
  expect(asTensor(x, 'int32').dtype).toBe('int32');
  expect(asTensor(Int32Array.of(1, 2)).dtype).toBe('int32');
  expect(asTensor(Int32Array.of(1, 2), 'float32').dtype).toBe('float32');
  expect(await asTensor([[1]]).array()).toEqual([[1]]);
  expect(asTensor(3, 'int32').spec).toEqual({ shape: [], dtype: 'int32' });
});

describe('a tensor', () => {
  test('is recognised across copies of the package', () => {
    const twin = { [Symbol.toStringTag]: 'nabla.Tensor' };
    expect(twin instanceof Tensor).toBe(true);
    expect({} instanceof Tensor).toBe(false);
    expect((null as unknown) instanceof Tensor).toBe(false);
  });

  test('item needs one element', async () => {
    expect(await tensor([[4]]).item()).toBe(4);
    expect(() => tensor([1, 2]).item()).toThrow('item(): needs one element, this tensor is float32[2]');
  });

  test('detach keeps the values and drops the history', async () => {
    const x = tensor([1, 2]).mul(3);
    const y = await x.detach();
    expect(y.node.isLeaf).toBe(true);
    expect(await y.array()).toEqual([3, 6]);
  });

  test('pipe passes itself on', () => {
    expect(tensor([1, 2]).pipe((x, n: number, s: string) => `${x.size} ${n} ${s}`, 5, 'a')).toBe('2 5 a');
  });
});
