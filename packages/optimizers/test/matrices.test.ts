// Rules that look at a whole parameter: its norm, its rows and columns, its singular values. In plain float64 loops.
import { reference } from '@nablajs/backend-reference';
import { setBackend, tensor, variable } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adafactor, Adam, Lamb, Muon, type Optimizer } from '../src/index.ts';

beforeAll(() => setBackend(reference()));

type Matrix = readonly (readonly number[])[];

const START: Matrix = [
  [0.5, -1.2, 0.3],
  [2, 0.7, -0.4],
];
const gradientAt = (t: number, rows = 2, columns = 3): number[][] =>
  Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => Math.sin(1.3 * t + 0.7 * i + 1.9 * j + 0.2)),
  );

const map = (m: Matrix, f: (value: number, i: number, j: number) => number): number[][] =>
  m.map((row, i) => row.map((value, j) => f(value, i, j)));
const all = (m: Matrix): number[] => m.flat();
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const norm = (m: Matrix): number => Math.sqrt(sum(all(m).map((x) => x * x)));
const rms = (m: Matrix): number => Math.sqrt(mean(all(m).map((x) => x * x)));
const transpose = (m: Matrix): number[][] => m[0]!.map((_, j) => m.map((row) => row[j]!));
const times = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => b[0]!.map((_, j) => sum(row.map((value, k) => value * b[k]![j]!))));

/** The next value of a matrix; `memory` holds what the rule keeps. */
type MatrixRule = (w: Matrix, g: Matrix, memory: Record<string, Matrix>, t: number) => Matrix;

async function expectTrace(optimizer: Optimizer, rule: MatrixRule, start: Matrix, name = 'kernel'): Promise<void> {
  const parameter = variable(tensor(start), { name });
  const memory: Record<string, Matrix> = {};
  let w = start;
  for (let t = 1; t <= 6; t++) {
    const g = gradientAt(t, start.length, start[0]!.length);
    optimizer.apply([parameter], [tensor(g)]);
    w = rule(w, g, memory, t);
    for (const [k, value] of [...(await parameter.value.data())].entries()) {
      expect(Math.abs(value - all(w)[k]!), `step ${t}, element ${k}`).toBeLessThan(3e-6);
    }
  }
}

function adamDirection(g: Matrix, memory: Record<string, Matrix>, t: number, eps: number): Matrix {
  memory.m = map(g, (x, i, j) => 0.9 * (memory.m?.[i]?.[j] ?? 0) + 0.1 * x);
  memory.v = map(g, (x, i, j) => 0.999 * (memory.v?.[i]?.[j] ?? 0) + 0.001 * x * x);
  return map(memory.m, (m, i, j) => m / (1 - 0.9 ** t) / (Math.sqrt(memory.v![i]![j]! / (1 - 0.999 ** t)) + eps));
}

describe('Lamb', () => {
  const lamb =
    (rate: number, decay = 0): MatrixRule =>
    (w, g, memory, t) => {
      const shrunk = map(w, (x) => x - rate * decay * x);
      const d = adamDirection(g, memory, t, 1e-7);
      const trust = norm(shrunk) > 0 && norm(d) > 0 ? norm(shrunk) / norm(d) : 1;
      return map(shrunk, (x, i, j) => x - rate * trust * d[i]![j]!);
    };

  test('steps as long as the parameter', () => expectTrace(new Lamb(0.1), lamb(0.1), START));
  test('with weight decay', () => expectTrace(new Lamb(0.1, { weightDecay: 0.3 }), lamb(0.1, 0.3), START));
  test('from nothing', () =>
    expectTrace(
      new Lamb(0.1),
      lamb(0.1),
      map(START, () => 0),
    ));
  test('a gradient of 0 moves nothing', async () => {
    const w = variable([1, 2]);
    new Lamb(0.1).apply([w], [tensor([0, 0])]);
    expect([...(await w.value.data())]).toEqual([1, 2]);
  });
});

describe('Adafactor', () => {
  const adafactor =
    (rate: number, { decay = -0.8, eps2 = 1e-3, clip = 1, relative = true } = {}): MatrixRule =>
    (w, g, memory, t) => {
      const share = t ** decay;
      const square = map(g, (x) => x * x + 1e-30);
      const moved = (before: readonly number[] | undefined, now: readonly number[]): number[] =>
        now.map((x, i) => (1 - share) * (before?.[i] ?? 0) + share * x);
      memory.r = [moved(memory.r?.[0], square.map(mean))];
      memory.c = [moved(memory.c?.[0], transpose(square).map(mean))];
      const [r, c] = [memory.r[0]!, memory.c[0]!];
      const u = map(g, (x, i, j) => x / Math.sqrt((r[i]! / mean(r)) * c[j]!));
      const alpha = Math.max(eps2, rms(w)) * (relative ? Math.min(rate, 1 / Math.sqrt(t)) : rate);
      return map(w, (x, i, j) => x - (alpha * u[i]![j]!) / Math.max(1, rms(u) / clip));
    };

  test('rows and columns stand for all', () => expectTrace(new Adafactor(0.1), adafactor(0.1), START));
  test('clips long steps, limits the rate', () =>
    expectTrace(
      new Adafactor(2, { beta2Decay: -0.5, clipThreshold: 0.5, epsilon2: 3 }),
      adafactor(2, { decay: -0.5, clip: 0.5, eps2: 3 }),
      START,
    ));
  test('or not', () =>
    expectTrace(new Adafactor(0.9, { relativeStep: false }), adafactor(0.9, { relative: false }), START));

  test('a vector keeps all its squares', async () => {
    const [w, g] = [[1.5, -0.7, 0.2], (t: number): number[] => gradientAt(t)[0]!];
    const parameter = variable(tensor(w));
    const optimizer = new Adafactor(0.1);
    let [expected, v] = [w, [0, 0, 0]];
    for (let t = 1; t <= 4; t++) {
      optimizer.apply([parameter], [tensor(g(t))]);
      const share = t ** -0.8;
      v = v.map((x, i) => (1 - share) * x + share * (g(t)[i]! ** 2 + 1e-30));
      const u = g(t).map((x, i) => x / Math.sqrt(v[i]!));
      const alpha = Math.max(1e-3, rms([expected])) * 0.1;
      expected = expected.map((x, i) => x - (alpha * u[i]!) / Math.max(1, rms([u])));
      for (const [k, value] of [...(await parameter.value.data())].entries())
        expect(value).toBeCloseTo(expected[k]!, 5);
    }
  });

  test('remembers little of a kernel of a convolution', () => {
    const optimizer = new Adafactor();
    optimizer.build([variable(tensor([[[[1, 2, 3]], [[4, 5, 6]]]]), { name: 'k' })]);
    expect(optimizer.variables.slice(2).map(({ name, shape }) => [name, shape])).toEqual([
      ['k/rows', [1, 2, 1]],
      ['k/columns', [1, 2, 3]],
    ]);
  });
});

describe('Muon', () => {
  function muon(
    rate: number,
    { nesterov = true, steps = 5, rms = 0.2 as number | null, decay = 0.004 } = {},
  ): MatrixRule {
    return (w, g, memory) => {
      const m = map(g, (x, i, j) => 0.95 * (memory.m?.[i]?.[j] ?? 0) + x);
      memory.m = m;
      const ahead = nesterov ? map(g, (x, i, j) => x + 0.95 * m[i]![j]!) : m;
      let x = map(ahead, (value) => value / (norm(ahead) + 1e-7));
      // As it is written down, a X + b (X X') X + c (X X')^2 X; for tall matrices our code takes X' X.
      for (let k = 0; k < steps; k++) {
        const gram = times(x, transpose(x));
        const [first, second] = [times(gram, x), times(times(gram, gram), x)];
        x = map(x, (value, i, j) => 3.4445 * value - 4.775 * first[i]![j]! + 2.0315 * second[i]![j]!);
      }
      const size = rms === null ? 1 : Math.sqrt(Math.max(w.length, w[0]!.length)) * rms;
      return map(w, (value, i, j) => value * (1 - rate * decay) - rate * size * x[i]![j]!);
    };
  }

  test('a wide matrix', () => expectTrace(new Muon(0.1), muon(0.1), START));
  test('a tall matrix', () => expectTrace(new Muon(0.1), muon(0.1), transpose(START)));
  test('other options', () =>
    expectTrace(
      new Muon(0.1, { nesterov: false, nsSteps: 3, rmsRate: null, weightDecay: null }),
      muon(0.1, { nesterov: false, steps: 3, rms: null, decay: 0 }),
      START,
    ));

  test('its steps are nearly orthogonal', async () => {
    const w = variable(tensor(map(START, () => 0)), { name: 'kernel' });
    new Muon(1, { rmsRate: null }).apply([w], [tensor(gradientAt(1))]);
    const step = (await w.value.array()) as number[][];
    const gram = times(step, transpose(step));
    // The published coefficients leave singular values between about 0.7 and 1.2, so squares between 0.45 and 1.5.
    const [a, b, d] = [gram[0]![0]!, gram[0]![1]!, gram[1]![1]!];
    const half = Math.sqrt(((a - d) / 2) ** 2 + b * b);
    expect((a + d) / 2 - half).toBeGreaterThan(0.45);
    expect((a + d) / 2 + half).toBeLessThan(1.5);
  });

  test('what is no matrix, embeddings and excluded layers follow Adam, with its own decay and rate', async () => {
    const names = ['embedding_1/embeddings', 'head/kernel', 'conv/kernel', 'dense/bias', 'dense/kernel'];
    const make = (): ReturnType<typeof variable>[] =>
      names.map((name) =>
        variable(tensor(name === 'conv/kernel' ? [START] : name === 'dense/bias' ? START[0]! : START), { name }),
      );
    const [found, expected] = [make(), make()];
    const optimizer = new Muon(0.1, { excludeLayers: ['head'], adamWeightDecay: 0.2, adamLrRatio: 0.5 });
    // Decay goes with the learning rate, steps with half of it.
    const adam = new Adam(0.05, { weightDecay: 0.4 });
    for (let t = 0; t < 3; t++) {
      const gradients = found.map(({ shape }) =>
        tensor(gradientAt(t))
          .slice([0, 0], shape.length === 1 ? [1, 3] : [2, 3])
          .reshape(shape),
      );
      optimizer.apply(found, gradients);
      adam.apply(expected, gradients);
    }
    for (const [i, name] of names.entries()) {
      const [a, b] = await Promise.all([found[i]!.value.data(), expected[i]!.value.data()]);
      const distance = Math.max(...[...a].map((value, k) => Math.abs(value - b[k]!)));
      if (name === 'dense/kernel') expect(distance).toBeGreaterThan(0.01);
      else expect(distance, name).toBeLessThan(1e-6);
    }
  });
});

describe('errors read as prose', () => {
  const cases: Readonly<Record<string, () => unknown>> = {
    'means that stand still': () => new Adafactor(0.1, { beta2Decay: 0 }),
    'clip at 0': () => new Adafactor(0.1, { clipThreshold: 0 }),
    'no rounds': () => new Muon(0.1, { nsSteps: 0 }),
    'negative decay': () => new Muon(0.1, { adamWeightDecay: -1 }),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    expect(cases[name]).toThrowErrorMatchingSnapshot();
  });
});
