import { type CpuBackend, cpu } from '@nablajs/backend-cpu';
import { asTensor, fromData, setBackend, type Tensor } from '@nablajs/tensor';
import { beforeAll, beforeEach, expect, test } from 'vitest';

let usual: CpuBackend;
let exact: CpuBackend;

beforeAll(async () => {
  usual = await cpu();
  exact = await cpu({ threads: 1, deterministic: true });
});
beforeEach(() => setBackend(usual));

const F32 = new Float32Array(1);
const BITS = new Int32Array(F32.buffer);

/** Floats of every size: evenly spread bit patterns, and the values where functions turn. */
function allSizes(count: number, keep: (x: number) => boolean = () => true): Float32Array {
  const list: number[] = [];
  for (let i = 0; i < count; i++) {
    BITS[0] = Math.round((i / count) * 0x7f800000);
    list.push(F32[0]!, -F32[0]!);
    // Where the functions bend: up to 20 on both sides, and around 1.
    list.push(
      Math.fround((40 * i) / count - 20),
      Math.fround((2 * i) / count - 1),
      Math.fround(0.9 + (0.2 * i) / count),
    );
  }
  const turns = [0, 1, 0.5, Math.SQRT1_2, Math.SQRT2, Math.LN2, Math.PI, 2 ** -126, 2 ** -149, 88.7, 87.3, 103.9, 4, 9];
  for (const x of turns) list.push(Math.fround(x), -Math.fround(x), Math.fround(x * (1 + 2 ** -23)));
  list.push(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  return Float32Array.from(list.filter(keep));
}

/** Worst error in units of the truth's last place as a float32; infinities, NaN and the sign of zero must agree. */
async function worst(x: Float32Array, y: Tensor, truth: (x: number, i: number) => number): Promise<number> {
  const found = await y.data();
  let error = 0;
  for (let i = 0; i < x.length; i++) {
    const wanted = truth(x[i]!, i);
    const rounded = Math.fround(wanted);
    if (Object.is(found[i], rounded)) continue;
    // One step of the denormal grid is all that can be asked for below the normal range.
    if (Math.abs(wanted) < 2 ** -126 && Math.abs(found[i]! - wanted) <= 2 ** -148 && found[i] !== 0) continue;
    if (!Number.isFinite(rounded) || !Number.isFinite(found[i]!) || rounded === 0) {
      throw new Error(`f(${x[i]}) is ${found[i]}, expected ${rounded}`);
    }
    error = Math.max(error, Math.abs(found[i]! - wanted) / 2 ** (Math.floor(Math.log2(Math.abs(wanted))) - 23));
  }
  return error;
}

function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
}

/** Name, function, truth, the units in the last place that its documentation states, and where it states them. */
const cases: readonly (readonly [
  string,
  (x: Tensor) => Tensor,
  (x: number) => number,
  number,
  ((x: number) => boolean)?,
])[] = [
  ['exp', (x) => x.exp(), Math.exp, 1.1],
  ['expm1', (x) => x.expm1(), Math.expm1, 2],
  ['log', (x) => x.log(), Math.log, 3],
  ['log1p', (x) => x.log1p(), Math.log1p, 5],
  ['tanh', (x) => x.tanh(), Math.tanh, 6],
  ['erf', (x) => x.erf(), erf, 3],
  ['sin', (x) => x.sin(), Math.sin, 0.6, (x) => !(Math.abs(x) > 1e4 && Math.abs(x) < Number.POSITIVE_INFINITY)],
  ['cos', (x) => x.cos(), Math.cos, 0.6, (x) => !(Math.abs(x) > 1e4 && Math.abs(x) < Number.POSITIVE_INFINITY)],
  ['sqrt', (x) => x.sqrt(), Math.sqrt, 0.5],
  ['sigmoid', (x) => x.sigmoid(), (x) => 1 / (1 + Math.exp(-x)), 3, (x) => !(x < -86)],
];

for (const deterministic of [false, true]) {
  for (const [name, f, truth, units, keep] of cases) {
    test(`${name} is within ${units} units in the last place over all floats${deterministic ? ', deterministic' : ''}`, async () => {
      setBackend(deterministic ? exact : usual);
      const x = allSizes(40000, keep);
      expect(await worst(x, f(fromData(x, [x.length])), truth)).toBeLessThanOrEqual(units);
    });
  }
}

test('sin and cos of large arguments stay close, and in range', async () => {
  const x = allSizes(40000, (x) => Math.abs(x) > 1e4);
  const t = fromData(x, [x.length]);
  for (const [f, truth] of [
    [t.sin(), Math.sin],
    [t.cos(), Math.cos],
  ] as const) {
    const found = await f.data();
    for (let i = 0; i < x.length; i++) {
      if (Math.abs(x[i]!) < 1e9) expect(Math.abs(found[i]! - truth(x[i]!))).toBeLessThan(1e-6);
      else if (Number.isFinite(x[i]!)) expect(Math.abs(found[i]!)).toBeLessThanOrEqual(1);
      else expect(found[i]).toBeNaN();
    }
  }
});

test('pow over all floats and exponents', async () => {
  const base = allSizes(400);
  const exponents = [
    0,
    -0,
    1,
    -1,
    2,
    3,
    -3,
    0.5,
    -0.5,
    1 / 3,
    7.3,
    -7.3,
    100,
    1e-3,
    1e10,
    2 ** 24 + 2,
    33554433,
    Number.NaN,
  ];
  exponents.push(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  // IEEE 754: 1 to any power is 1, and so is -1 to an infinite one. JavaScript says NaN.
  const power = (a: number, b: number): number =>
    a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;
  for (const exponent of exponents) {
    const b = Math.fround(exponent);
    const y = fromData(base, [base.length]).pow(fromData(new Float32Array(base.length).fill(b), [base.length]));
    expect(await worst(base, y, (a) => power(a, b))).toBeLessThanOrEqual(1);
  }
});

test('a million floats add up exactly enough, in every direction', async () => {
  const x = Float32Array.from({ length: 1 << 20 }, (_, i) => ((i * 7919) % 10007) / 10007);
  const exact = x.reduce((sum, value) => sum + value, 0);
  const t = fromData(x, [x.length]);
  expect(Math.abs((await t.sum().item()) / exact - 1)).toBeLessThan(1e-6);
  for (const [rows, columns] of [
    [1 << 18, 4],
    [1 << 15, 32],
    [1 << 10, 1 << 10],
    [349525, 3],
  ] as const) {
    const part = t.slice([0], [rows * columns]).reshape([rows, columns]);
    const sums = await part.sum(0).data();
    const truth = new Float64Array(columns);
    for (let i = 0; i < rows * columns; i++) truth[i % columns]! += x[i]!;
    truth.forEach((value, i) => {
      expect(Math.abs(sums[i]! / value - 1)).toBeLessThan(1e-6);
    });
  }
});

test('bounds are those of JavaScript, zeros of both signs and NaN included', async () => {
  const x = allSizes(40);
  const t = fromData(x, [x.length]);
  for (const limit of [0, -0, 1.5, -2, Number.POSITIVE_INFINITY, Number.NaN]) {
    const [above, below] = [await t.maximum(limit).data(), await t.minimum(limit).data()];
    const [over, under] = [await asTensor(limit).maximum(t).data(), await asTensor(limit).minimum(t).data()];
    x.forEach((value, i) => {
      expect([above[i], over[i]]).toEqual(new Array(2).fill(Math.max(value, limit)));
      // The sign of a smallest zero is left open, as in IEEE 754-2008.
      expect([below[i]! + 0, under[i]! + 0]).toEqual(new Array(2).fill(Math.min(value, limit) + 0));
    });
  }
});
