// Half precision on hosts without it, against the definition of IEEE 754 binary16 and its published values.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import {
  compile,
  DTypeError,
  fromData,
  fromHalfBits,
  full,
  halfBits,
  matmul,
  ones,
  roundToHalf,
  setBackend,
  type Tensor,
  tensor,
  variable,
} from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

/** Every finite half from 0 up, in order: by the definition, fraction and exponent written out. */
const UPWARD = Float64Array.from({ length: 31 * 1024 }, (_, bits) => {
  const exponent = bits >> 10;
  const fraction = (bits & 1023) / 1024;
  return exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
});

describe('bits', () => {
  // Wikipedia, "Half-precision floating-point format", table of examples.
  test.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 2 ** -14 - 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3bff, 0.99951171875],
    [0x3c00, 1],
    [0x3c01, 1.0009765625],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0x8000, -0],
    [0xc000, -2],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ])('%i are %d', (bits, value) => {
    expect(fromHalfBits([bits])[0]).toBe(value);
    expect(halfBits([value])[0]).toBe(bits);
  });

  test('every pattern comes back, and NaN stays NaN', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const values = fromHalfBits(all);
    const back = halfBits(values);
    for (let i = 0; i < all.length; i++) {
      if (Number.isNaN(values[i])) expect((back[i]! & 0x7c00) === 0x7c00 && (back[i]! & 0x3ff) !== 0).toBe(true);
      else if (back[i] !== i) expect(back[i]).toBe(i);
    }
    UPWARD.forEach((value, i) => {
      if (values[i] !== value) expect(values[i]).toBe(value);
    });
  });
});

describe('rounding', () => {
  test('takes the nearest, of two the even one', () => {
    const anywhere = fc.tuple(
      fc.integer({ min: 0, max: UPWARD.length - 2 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(anywhere, ([i, share]) => {
        const [low, high] = [UPWARD[i]!, UPWARD[i + 1]!];
        const x = low + (high - low) * share;
        const even = i % 2 === 0 ? low : high;
        const nearest = x - low < high - x ? low : x - low > high - x ? high : even;
        expect(roundToHalf(x)).toBe(nearest);
        expect(roundToHalf(-x)).toBe(-nearest);
      }),
      { numRuns: 2000 },
    );
  });

  test('at the edges', () => {
    expect(roundToHalf(1 + 2 ** -11)).toBe(1);
    expect(roundToHalf(1 + 3 * 2 ** -11)).toBe(1 + 2 ** -9);
    // Through float32 this would be rounded twice, and end at 1.
    expect(roundToHalf(1 + 2 ** -11 + 2 ** -40)).toBe(1 + 2 ** -10);
    expect(roundToHalf(2 ** -25)).toBe(0);
    expect(Object.is(roundToHalf(-(2 ** -25)), -0)).toBe(true);
    expect(roundToHalf(1.5 * 2 ** -24)).toBe(2 ** -23);
    expect(roundToHalf(5e-324)).toBe(0);
    expect(roundToHalf(65519.99)).toBe(65504);
    expect(roundToHalf(65520)).toBe(Number.POSITIVE_INFINITY);
    expect(roundToHalf(-1e300)).toBe(Number.NEGATIVE_INFINITY);
    expect(roundToHalf(Number.NaN)).toBeNaN();
  });
});

describe('tensors', () => {
  test('of numbers hold the nearest halves, and give numbers back', async () => {
    const x = tensor(
      [
        [1.5, 0.1],
        [1e6, -1e-8],
      ],
      'float16',
    );
    expect(x.spec).toEqual({ shape: [2, 2], dtype: 'float16' });
    expect(await x.array()).toEqual([
      [1.5, 0.0999755859375],
      [Number.POSITIVE_INFINITY, -0],
    ]);
    expect(await x.data()).toBeInstanceOf(Float32Array);
    expect(await tensor(0.1, 'float16').item()).toBe(0.0999755859375);
  });

  test('of typed arrays: numbers are rounded, 16-bit words are taken for bits', async () => {
    const numbers = Float32Array.of(0.1, 65520);
    expect(await fromData(numbers, [2], 'float16').array()).toEqual([0.0999755859375, Number.POSITIVE_INFINITY]);
    expect(numbers[0]).toBe(Math.fround(0.1));
    expect(await fromData(Uint16Array.of(0x3c00, 0x8001)).array()).toEqual([1, -(2 ** -24)]);
    expect(() => fromData(Int32Array.of(1), [1], 'float16')).toThrow('float16 values come in a Float32Array');
    expect(() => fromData(Uint16Array.of(1), [1], 'float32')).toThrow('float32 values come in a Float32Array');
  });

  test('casts round to halves and from them keep the number', async () => {
    const x = tensor([0.1, 70000, -2.5]).cast('float16');
    expect(await x.array()).toEqual([0.0999755859375, Number.POSITIVE_INFINITY, -2.5]);
    expect(await x.cast('float32').array()).toEqual([0.0999755859375, Number.POSITIVE_INFINITY, -2.5]);
    expect(await x.cast('int32').array()).toEqual([0, 2147483647, -2]);
    expect(await tensor([2049, 3], 'int32').cast('float16').array()).toEqual([2048, 3]);
    expect(await tensor([true, false]).cast('float16').array()).toEqual([1, 0]);
    expect(await tensor([0.5, 0], 'float16').cast('bool').array()).toEqual([true, false]);
  });

  test('each op rounds its result; numbers beside a half are halves', async () => {
    // 2048 + 1 lies between two halves and goes to the even one; twice in a row it stays.
    expect(await full([], 2048, 'float16').add(1).add(1).item()).toBe(2048);
    expect(await tensor([1.0009765625], 'float16').square().item()).toBe(roundToHalf(1.0009765625 ** 2));
    expect(tensor([1], 'float16').mul(0.1).dtype).toBe('float16');
    expect(tensor([1], 'float16').add(tensor([1])).dtype).toBe('float32');
  });

  test('matrix products add up before they round, and means in float32', async () => {
    const row = full([1, 4096], 1, 'float16');
    expect(await matmul(row, row.transpose()).item()).toBe(4096);
    expect(await full([300], 300, 'float16').sum().item()).toBe(Number.POSITIVE_INFINITY);
    expect(await full([300], 300, 'float16').mean().item()).toBe(300);
    expect(await tensor([-300, 300, -300, 300], 'float16').std().item()).toBe(300);
  });

  test('variables stay halves', async () => {
    const w = variable(tensor([1, 2], 'float16'));
    w.assign(w.value.add(0.0001));
    expect(await w.value.array()).toEqual([1, 2]);
    w.assign([0.1, 3]);
    expect(await w.value.array()).toEqual([0.0999755859375, 3]);
  });

  test('a backend without them says so', async () => {
    const backend = await cpu();
    const x = ones([2], 'float16');
    const same = compile((y: Tensor) => y, { backend });
    await expect(same(tensor([1], 'float16'))).rejects.toThrow(DTypeError);
    setBackend(backend);
    await expect(x.add(1).data()).rejects.toThrow('float16 is not a dtype of this backend');
    setBackend(reference());
    await backend.dispose();
  });
});
