// The rules beyond the six everybody knows, each against its published formula in plain float64 arithmetic.
import { reference } from '@nablajs/backend-reference';
import { setBackend, tensor, variable } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  Adamax,
  Adan,
  ASGD,
  ExponentialDecay,
  Ftrl,
  Lion,
  Nadam,
  type Optimizer,
  RAdam,
  Rprop,
  ScheduleFreeAdamW,
} from '../src/index.ts';
import { bowl, expectedPath, expectPath, parabola, path, type Rule, type Surface } from './trace.ts';

beforeAll(() => setBackend(reference()));

const adamax =
  (rate: number, b1 = 0.9, b2 = 0.999, eps = 1e-7): Rule =>
  (w, g, memory, t) => {
    memory.m = b1 * (memory.m ?? 0) + (1 - b1) * g;
    memory.u = Math.max(b2 * (memory.u ?? 0), Math.abs(g));
    return w - ((rate / (1 - b1 ** t)) * memory.m) / (memory.u + eps);
  };

const nadam =
  (rate: number, b1 = 0.9, b2 = 0.999, eps = 1e-7): Rule =>
  (w, g, memory, t) => {
    const u = (k: number): number => b1 * (1 - 0.5 * 0.96 ** k);
    const product = (until: number): number =>
      Array.from({ length: until }, (_, k) => u(k + 1)).reduce((all, one) => all * one, 1);
    memory.m = b1 * (memory.m ?? 0) + (1 - b1) * g;
    memory.v = b2 * (memory.v ?? 0) + (1 - b2) * g ** 2;
    const m = (u(t + 1) * memory.m) / (1 - product(t + 1)) + ((1 - u(t)) * g) / (1 - product(t));
    return w - (rate * m) / (Math.sqrt(memory.v / (1 - b2 ** t)) + eps);
  };

const radam =
  (rate: number, b1 = 0.9, b2 = 0.999, eps = 1e-8): Rule =>
  (w, g, memory, t) => {
    memory.m = b1 * (memory.m ?? 0) + (1 - b1) * g;
    memory.v = b2 * (memory.v ?? 0) + (1 - b2) * g ** 2;
    const [longest, m] = [2 / (1 - b2) - 1, memory.m / (1 - b1 ** t)];
    const r = longest - (2 * t * b2 ** t) / (1 - b2 ** t);
    if (r <= 5) return w - rate * m;
    const trust = Math.sqrt(((r - 4) * (r - 2) * longest) / ((longest - 4) * (longest - 2) * r));
    return w - (rate * m * trust * Math.sqrt(1 - b2 ** t)) / (Math.sqrt(memory.v) + eps);
  };

const adan =
  (rate: number, b1 = 0.98, b2 = 0.92, b3 = 0.99, eps = 1e-8): Rule =>
  (w, g, memory, t) => {
    const d = t === 1 ? 0 : g - memory.g!;
    memory.m = b1 * (memory.m ?? 0) + (1 - b1) * g;
    memory.c = b2 * (memory.c ?? 0) + (1 - b2) * d;
    memory.v = b3 * (memory.v ?? 0) + (1 - b3) * (g + b2 * d) ** 2;
    memory.g = g;
    const step = memory.m / (1 - b1 ** t) + (b2 * memory.c) / (1 - b2 ** t);
    return w - (rate * step) / (Math.sqrt(memory.v / (1 - b3 ** t)) + eps);
  };

function ftrl(rate: number, { power = 0.5, start = 0.1, l1 = 0, l2 = 0, shrinkage = 0, beta = 0 } = {}): Rule {
  return (w, g, memory) => {
    const before = memory.n ?? start;
    memory.n = before + g ** 2;
    memory.z = (memory.z ?? 0) + g + 2 * shrinkage * w - ((memory.n ** power - before ** power) / rate) * w;
    const quadratic = memory.n ** power / rate + 2 * (l2 + beta / (2 * rate));
    return (Math.max(-l1, Math.min(l1, memory.z)) - memory.z) / quadratic;
  };
}

const lion =
  (rate: number, b1 = 0.9, b2 = 0.99): Rule =>
  (w, g, memory) => {
    const step = Math.sign(b1 * (memory.m ?? 0) + (1 - b1) * g);
    memory.m = b2 * (memory.m ?? 0) + (1 - b2) * g;
    return w - rate * step;
  };

const scheduleFree =
  (rate: number, { b1 = 0.9, b2 = 0.999, eps = 1e-8, warmup = 0, decay = 0 } = {}): Rule =>
  (w, g, memory, t) => {
    const y = w - rate * decay * w;
    const z = memory.z ?? w;
    memory.v = b2 * (memory.v ?? 0) + (1 - b2) * g ** 2;
    const warm = warmup === 0 ? rate : rate * Math.min(1, t / warmup);
    memory.z = z - (warm * g) / (Math.sqrt(memory.v / (1 - b2 ** t)) + eps);
    const x = (y - (1 - b1) * z) / b1;
    return (1 - b1) * memory.z + b1 * ((1 - 1 / t) * x + memory.z / t);
  };

const rprop =
  (rate: number, { minus = 0.5, plus = 1.2, smallest = 1e-6, largest = 50 } = {}): Rule =>
  (w, g, memory) => {
    const turn = g * (memory.g ?? 0);
    const size = (memory.size ?? rate) * (turn < 0 ? minus : turn > 0 ? plus : 1);
    memory.size = Math.max(smallest, Math.min(largest, size));
    memory.g = turn < 0 ? 0 : g;
    return w - memory.size * Math.sign(memory.g);
  };

const asgd =
  (rate: number, lambda = 1e-4, alpha = 0.75): Rule =>
  (w, g, _, t) => {
    const eta = rate / (1 + lambda * rate * (t - 1)) ** alpha;
    return w * (1 - lambda * eta) - eta * g;
  };

const sparse = { l1RegularizationStrength: 0.5, l2RegularizationStrength: 0.1 };
const pulled = {
  l2ShrinkageRegularizationStrength: 0.2,
  beta: 0.3,
  learningRatePower: -0.3,
  initialAccumulatorValue: 1,
};
const rows: readonly (readonly [string, () => Optimizer, Rule])[] = [
  ['Adamax', () => new Adamax(), adamax(0.001)],
  [
    'Adamax, other constants',
    () => new Adamax(0.3, { beta1: 0.5, beta2: 0.6, epsilon: 0.01 }),
    adamax(0.3, 0.5, 0.6, 0.01),
  ],
  ['Nadam', () => new Nadam(), nadam(0.001)],
  ['Nadam, other constants', () => new Nadam(0.2, { beta1: 0.6, beta2: 0.8, epsilon: 0.1 }), nadam(0.2, 0.6, 0.8, 0.1)],
  ['RAdam', () => new RAdam(0.1), radam(0.1)],
  [
    'RAdam, soon rectified',
    () => new RAdam(0.1, { beta1: 0.5, beta2: 0.9, epsilon: 0.01 }),
    radam(0.1, 0.5, 0.9, 0.01),
  ],
  ['Adan', () => new Adan(0.1), adan(0.1)],
  ['Adan, other constants', () => new Adan(0.1, { beta1: 0.5, beta2: 0.6, beta3: 0.7 }), adan(0.1, 0.5, 0.6, 0.7)],
  ['Ftrl', () => new Ftrl(0.1), ftrl(0.1)],
  ['Ftrl, sparse', () => new Ftrl(0.1, sparse), ftrl(0.1, { l1: 0.5, l2: 0.1 })],
  ['Ftrl, pulled', () => new Ftrl(0.1, pulled), ftrl(0.1, { shrinkage: 0.2, beta: 0.3, power: 0.3, start: 1 })],
  ['Lion', () => new Lion(), lion(0.001)],
  ['Lion, other constants', () => new Lion(0.1, { beta1: 0.3, beta2: 0.5 }), lion(0.1, 0.3, 0.5)],
  ['ScheduleFreeAdamW', () => new ScheduleFreeAdamW(), scheduleFree(0.0025)],
  [
    'ScheduleFreeAdamW with warmup and decay',
    () => new ScheduleFreeAdamW(0.1, { beta1: 0.6, warmupSteps: 4, weightDecay: 0.1 }),
    scheduleFree(0.1, { b1: 0.6, warmup: 4, decay: 0.1 }),
  ],
  ['Rprop', () => new Rprop(), rprop(0.01)],
  [
    'Rprop with limits',
    () => new Rprop(0.5, { etaMinus: 0.3, etaPlus: 2, largestStep: 0.8, smallestStep: 0.2 }),
    rprop(0.5, { minus: 0.3, plus: 2, largest: 0.8, smallest: 0.2 }),
  ],
  ['ASGD', () => new ASGD(), asgd(0.01)],
  ['ASGD, decaying fast', () => new ASGD(0.05, { lambda: 0.5, alpha: 1 }), asgd(0.05, 0.5, 1)],
];

describe.each(rows)('%s', (_, make, rule) => {
  test.each<[string, Surface]>([
    ['on w^2', parabola],
    ['on a bowl of two parameters', bowl],
  ])('%s', async (_, surface) => {
    expectPath(await path(make(), surface, 8), expectedPath(rule, surface, 8), 2e-6);
  });
});

test('RAdam knows when it has seen enough, however slow its means', async () => {
  // With beta2 = 0.999 the sixth update is the first rectified one: R - 2 t beta2^t / (1 - beta2^t) passes 5 there.
  for (const beta2 of [0.9, 0.99, 0.999, 0.9999]) {
    const surface: Surface = { ...parabola, start: [3] };
    const found = await path(new RAdam(0.01, { beta2 }), surface, 40);
    expectPath(found, expectedPath(radam(0.01, 0.9, beta2), surface, 40), 3e-6);
  }
});

test('Lion and the sign of nothing', async () => {
  const w = variable([1]);
  new Lion(0.5).apply([w], [tensor([0])]);
  expect(await w.value.item()).toBe(1);
});

describe('ASGD', () => {
  test('keeps the mean of all points from an update on', async () => {
    const w = variable([2]);
    const optimizer = new ASGD(0.1, { lambda: 0, averageFrom: 2 });
    const points: number[] = [];
    for (const g of [1, 2, -4, 3, 1]) {
      optimizer.apply([w], [tensor([g])]);
      points.push(await w.value.item());
    }
    const mean = (points[2]! + points[3]! + points[4]!) / 3;
    expect(await optimizer.averageOf(w)!.value.item()).toBeCloseTo(mean, 6);
    optimizer.finalize([w]);
    expect(await w.value.item()).toBeCloseTo(mean, 6);
  });
});

describe('Rprop', () => {
  test('begins with the rate of a schedule too, times the multiplier of the parameter', async () => {
    const [a, b] = [variable([1], { name: 'a' }), variable([1], { name: 'b' })];
    const optimizer = new Rprop(new ExponentialDecay(0.5, 1, 0.5), { learningRateMultipliers: { b: 0.5 } });
    for (let i = 0; i < 2; i++) optimizer.apply([a, b], [tensor([1]), tensor([1])]);
    expect(await a.value.item()).toBeCloseTo(1 - 0.5 - 0.5 * 1.2, 6);
    expect(await b.value.item()).toBeCloseTo(1 - 0.25 - 0.25 * 1.2, 6);
  });
});

describe('errors read as prose', () => {
  const cases: Readonly<Record<string, () => unknown>> = {
    'Ftrl that grows': () => new Ftrl(0.1, { learningRatePower: 0.5 }),
    'negative l1': () => new Ftrl(0.1, { l1RegularizationStrength: -1 }),
    'Rprop that shrinks': () => new Rprop(0.1, { etaPlus: 0.9 }),
    'Rprop without range': () => new Rprop(0.1, { smallestStep: 1, largestStep: 0.1 }),
    'schedule-free without average': () => new ScheduleFreeAdamW(0.1, { beta1: 0 }),
    'part of a warmup step': () => new ScheduleFreeAdamW(0.1, { warmupSteps: 0.5 }),
    'beta of 1': () => new Nadam(0.1, { beta2: 1 }),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    expect(cases[name]).toThrowErrorMatchingSnapshot();
  });
});
