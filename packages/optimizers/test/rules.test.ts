// Each rule against its published formula, written once more in plain float64 arithmetic.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { compile, setBackend, type Tensor, tensor, type Variable, variable } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { AdaDelta, Adadelta, AdaGrad, Adagrad, Adam, AdamW, type Optimizer, RMSprop, SGD } from '../src/index.ts';
import { bowl, expectedPath, expectPath, parabola, path, type Rule, type Surface } from './trace.ts';

beforeAll(() => setBackend(reference()));

function adam(rate: number, { b1 = 0.9, b2 = 0.999, eps = 1e-7, amsgrad = false, decay = 0 } = {}): Rule {
  return (w, g, memory, t) => {
    memory.m = b1 * (memory.m ?? 0) + (1 - b1) * g;
    memory.v = b2 * (memory.v ?? 0) + (1 - b2) * g ** 2;
    memory.top = Math.max(memory.top ?? 0, memory.v);
    const alpha = (rate * Math.sqrt(1 - b2 ** t)) / (1 - b1 ** t);
    return w - rate * decay * w - (alpha * memory.m) / (Math.sqrt(amsgrad ? memory.top : memory.v) + eps);
  };
}

function rmsprop(rate: number, { rho = 0.9, momentum = 0, eps = 1e-7, centered = false } = {}): Rule {
  return (w, g, memory) => {
    memory.v = rho * (memory.v ?? 0) + (1 - rho) * g ** 2;
    memory.mean = rho * (memory.mean ?? 0) + (1 - rho) * g;
    const spread = centered ? memory.v - memory.mean ** 2 : memory.v;
    memory.step = momentum * (memory.step ?? 0) + (rate * g) / Math.sqrt(spread + eps);
    return w - memory.step;
  };
}

function sgd(rate: number, momentum = 0, nesterov = false): Rule {
  return (w, g, memory) => {
    memory.v = momentum * (memory.v ?? 0) - rate * g;
    return w + (nesterov ? momentum * memory.v - rate * g : memory.v);
  };
}

const adagrad =
  (rate: number, initial = 0.1, eps = 1e-7): Rule =>
  (w, g, memory) => {
    memory.a = (memory.a ?? initial) + g ** 2;
    return w - (rate * g) / Math.sqrt(memory.a + eps);
  };

const adadelta =
  (rate: number, rho = 0.95, eps = 1e-7): Rule =>
  (w, g, memory) => {
    memory.g = rho * (memory.g ?? 0) + (1 - rho) * g ** 2;
    const delta = (-Math.sqrt((memory.d ?? 0) + eps) / Math.sqrt(memory.g + eps)) * g;
    memory.d = rho * (memory.d ?? 0) + (1 - rho) * delta ** 2;
    return w + rate * delta;
  };

const rows: readonly (readonly [string, () => Optimizer, Rule])[] = [
  ['SGD', () => new SGD(), sgd(0.01)],
  ['SGD with momentum', () => new SGD(0.05, { momentum: 0.9 }), sgd(0.05, 0.9)],
  ['SGD with Nesterov momentum', () => new SGD(0.05, { momentum: 0.9, nesterov: true }), sgd(0.05, 0.9, true)],
  ['RMSprop', () => new RMSprop(), rmsprop(0.001)],
  [
    'RMSprop, centered',
    () => new RMSprop(0.1, { centered: true, rho: 0.8 }),
    rmsprop(0.1, { centered: true, rho: 0.8 }),
  ],
  ['RMSprop with momentum', () => new RMSprop(0.1, { momentum: 0.5 }), rmsprop(0.1, { momentum: 0.5 })],
  [
    'RMSprop, both',
    () => new RMSprop(0.1, { momentum: 0.5, centered: true }),
    rmsprop(0.1, { momentum: 0.5, centered: true }),
  ],
  ['Adam', () => new Adam(), adam(0.001)],
  [
    'Adam, other constants',
    () => new Adam({ learningRate: 0.3, beta1: 0.5, beta2: 0.9, epsilon: 0.01 }),
    adam(0.3, { b1: 0.5, b2: 0.9, eps: 0.01 }),
  ],
  ['Adam without means', () => new Adam(0.1, { beta1: 0, beta2: 0 }), adam(0.1, { b1: 0, b2: 0 })],
  ['AMSGrad', () => new Adam(0.5, { amsgrad: true, beta2: 0.5 }), adam(0.5, { amsgrad: true, b2: 0.5 })],
  ['AdamW', () => new AdamW(0.1), adam(0.1, { decay: 0.004 })],
  ['AdamW, decaying fast', () => new AdamW(0.1, { weightDecay: 0.5 }), adam(0.1, { decay: 0.5 })],
  ['Adagrad', () => new Adagrad(), adagrad(0.001)],
  ['Adagrad, starting at 1', () => new AdaGrad(0.5, { initialAccumulatorValue: 1 }), adagrad(0.5, 1)],
  ['Adadelta', () => new Adadelta(), adadelta(0.001)],
  ["Adadelta, the paper's rate", () => new AdaDelta(1, { rho: 0.9, epsilon: 1e-6 }), adadelta(1, 0.9, 1e-6)],
];

describe.each(rows)('%s', (_, make, rule) => {
  test.each<[string, Surface]>([
    ['on w^2', parabola],
    ['on a bowl of two parameters', bowl],
  ])('%s', async (_, surface) => {
    expectPath(await path(make(), surface), expectedPath(rule, surface));
  });
});

describe('gradient descent as in the course', () => {
  test.each([
    [-2, 0.5, [0, 0, 0, 0, 0]],
    [2, 0.5, [0, 0, 0, 0, 0]],
    [2, 0.25, [1, 0.5, 0.25, 0.125, 0.0625]],
    [2, 1, [-2, 2, -2, 2, -2]],
  ])('L = w^2 from w = %d with rate %d', async (start, rate, expected) => {
    const found = await path(new SGD(rate), { ...parabola, start: [start] });
    expect(found.map(([w]) => Math.abs(w!) * Math.sign(w!))).toEqual(expected);
  });

  test('L = w3 (w1 + w2) from (-2, 5, -4) with rate 1, two steps further than the slides', async () => {
    const w = variable([-2, 5, -4]);
    const loss = (): Tensor =>
      w.value
        .slice([2], [1])
        .mul(w.value.slice([0], [2]).sum())
        .sum();
    const optimizer = new SGD(1);
    const seen: [number[], number][] = [];
    for (let i = 0; i < 3; i++) {
      optimizer.apply([w], gradients(loss(), [w]));
      seen.push([[...(await w.value.data())], await loss().item()]);
    }
    expect(seen).toEqual([
      [[2, 9, -7], -77],
      [[9, 16, -18], -450],
      [[27, 34, -43], -2623],
    ]);
  });

  test('the same with rate 0.01: small steps downhill', async () => {
    const w = variable([-2, 5, -4]);
    const loss = (): Tensor =>
      w.value
        .slice([2], [1])
        .mul(w.value.slice([0], [2]).sum())
        .sum();
    const optimizer = new SGD(0.01);
    const seen = [await loss().item()];
    for (let i = 0; i < 2; i++) {
      optimizer.apply([w], gradients(loss(), [w]));
      seen.push(await loss().item());
    }
    for (const [i, value] of [-12, -12.4124, -12.8346].entries()) expect(seen[i]).toBeCloseTo(value, 4);
  });
});

test('a compiled step and plain calls lead to the same place', async () => {
  const plain = await path(new Adam(0.1), bowl, 4);
  const optimizer = new Adam(0.1);
  const w: Variable = variable(tensor(bowl.start));
  const step = compile(() => {
    optimizer.apply([w], gradients(bowl.loss(w.value), [w]));
  });
  for (const point of plain) {
    await step();
    for (const [k, value] of [...(await w.value.data())].entries()) expect(value).toBeCloseTo(point[k]!, 6);
  }
  expect(step.stats).toEqual({ traces: 1, runs: 4 });
});
