import { checkGradients, checkpoint, customGradient, gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  compile,
  GradientError,
  randomBernoulli,
  scalar,
  setBackend,
  setSeed,
  type Tensor,
  tensor,
  type Variable,
  variable,
} from '@nablajs/tensor';
import { beforeAll, beforeEach, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));
beforeEach(() => setSeed(6));

type Weights = readonly Variable[];

function weights(): Weights {
  const rows = (shift: number): number[][] =>
    Array.from({ length: 3 }, (_, i) => Array.from({ length: 3 }, (_, j) => Math.sin(3 * i + j + shift)));
  return [0, 1, 2].map((shift) => variable(tensor(rows(shift)), { name: `w${shift}` }));
}

const x = tensor([
  [0.5, -1, 2],
  [1, 0.25, -0.5],
]);

/** A block with dropout, whose weight is closed over. */
function block(w: Variable): (h: Tensor) => Tensor {
  return (h) => {
    const y = h.matmul(w.value).tanh();
    return randomBernoulli(y.shape, 0.7).where(y, 0).add(h.mul(0.1));
  };
}

function stepOf(all: Weights, wrap: (f: (h: Tensor) => Tensor) => (h: Tensor) => Tensor) {
  return compile(
    (input: Tensor) => {
      const h = all.reduce((value, w) => wrap(block(w))(value), input);
      const loss = h.square().mean();
      return [loss, ...gradients(loss, [input, ...all])];
    },
    { name: 'step' },
  );
}

async function valuesOf(results: readonly Tensor[]): Promise<unknown[]> {
  return Promise.all(results.map((result) => result.array()));
}

test('value and gradients are those of the plain function: inputs, closed-over weights, dropout and all', async () => {
  const all = weights();
  setSeed(6);
  const plain = await valuesOf(await stepOf(all, (f) => f)(x));
  setSeed(6);
  const saved = await valuesOf(await stepOf(all, checkpoint)(x));
  expect(saved).toEqual(plain);
  setSeed(6);
  const nested = await valuesOf(await stepOf(all, (f) => checkpoint((h) => checkpoint(f)(h.mul(1.5)).div(1.5)))(x));
  setSeed(6);
  const plainNested = await valuesOf(await stepOf(all, (f) => (h) => f(h.mul(1.5)).div(1.5))(x));
  expect(nested).toEqual(plainNested);
});

test('outside of compiled functions too', async () => {
  const [w] = weights() as [Variable];
  const slopes = async (f: (h: Tensor) => Tensor): Promise<unknown[]> => {
    setSeed(6);
    return valuesOf(gradients(f(x).square().sum(), [x, w]));
  };
  expect(await slopes(checkpoint(block(w)))).toEqual(await slopes(block(w)));
});

test('values are recomputed, and only once the gradient needs them', async () => {
  const all = weights();
  const count = (text: string, op: string): number => [...text.matchAll(new RegExp(`= ${op}\\(`, 'g'))].length;
  const [plain, saved] = [stepOf(all, (f) => f), stepOf(all, checkpoint)];
  await plain(x);
  await saved(x);
  expect(count(plain.explain(), 'tanh')).toBe(3);
  expect(count(saved.explain(), 'tanh')).toBe(6);
  // The masks do not depend on the input; they are kept.
  expect(count(saved.explain(), 'randomBits')).toBe(3);

  // Every recomputed tanh comes after the loss: the forward pass is over by then.
  const lines = saved.explain().split('\n');
  const lossLine = lines.findIndex((line) => line.includes('= sum('));
  const tanhs = lines.flatMap((line, i) => (line.includes('= tanh(') ? [i] : []));
  expect(tanhs.filter((i) => i < lossLine)).toHaveLength(3);
  // And the last block is recomputed first, right before it is needed: between two of them lie products of the backward pass.
  const again = tanhs.filter((i) => i > lossLine);
  for (const [i, line] of again.entries()) {
    const next = again[i + 1] ?? lines.length;
    expect(lines.slice(line, next).filter((text) => /transpose[AB]=true/.test(text)).length).toBeGreaterThan(0);
  }
});

test('no kept value of the forward pass is used after the loss, but inputs of blocks, weights and masks', async () => {
  const step = stepOf(weights(), checkpoint);
  await step(x);
  const lines = step
    .explain()
    .split('\n')
    .filter((line) => line.startsWith('%'));
  const lossLine = lines.findIndex((line) => line.includes('= sum('));
  const opOf = new Map(lines.map((line) => [/^%\d+/.exec(line)![0], / = (\w+)/.exec(line)![1]!]));
  const before = new Set(lines.slice(0, lossLine).map((line) => /^%\d+/.exec(line)![0]));
  const used = new Set(lines.slice(lossLine).flatMap((line) => (line.split(' = ')[1] ?? '').match(/%\d+/g) ?? []));
  const kept = [...used].filter((value) => before.has(value)).map((value) => opOf.get(value));
  expect(kept).not.toContain('tanh');
  expect(kept).not.toContain('matmul');
});

test('finite differences agree', async () => {
  await checkGradients(
    (a, b) => checkpoint((p: Tensor, q: Tensor) => p.mul(q).sin().mul(p.exp()))(a!, b!),
    [tensor([0.5, 1]), tensor([2, -1])],
  );
});

test('second derivatives go through', async () => {
  const f = checkpoint((a: Tensor) => a.pow(4));
  const a = scalar(2);
  const [first] = gradients(f(a), [a]);
  expect(await gradients(first!, [a])[0]!.item()).toBeCloseTo(48, 4);
});

test('a custom gradient inside keeps its rule', async () => {
  const twice = customGradient((a: Tensor) => ({ value: a, gradient: (dy) => [dy.mul(2)] }));
  const f = checkpoint((a: Tensor) => twice(a.square()).mul(3));
  const a = scalar(5);
  expect(await gradients(f(a), [a])[0]!.item()).toBe(2 * 3 * 10);
});

test('a function that ignores its input, or returns it', async () => {
  const [a, w] = [scalar(5), variable(scalar(2))];
  const ignoring = gradients(checkpoint((_: Tensor) => w.value.square())(a), [a, w]);
  expect(await Promise.all(ignoring.map((g) => g.item()))).toEqual([0, 4]);
  expect(await gradients(checkpoint((b: Tensor) => b)(a), [a])[0]!.item()).toBe(1);
});

test('one input twice', async () => {
  const a = scalar(3);
  expect(await gradients(checkpoint((p: Tensor, q: Tensor) => p.mul(q))(a, a), [a])[0]!.item()).toBe(6);
});

test('a value inside that was read before is an error, not a wrong gradient', async () => {
  const a = tensor([1, 2]);
  let inside = a;
  const y = checkpoint((p: Tensor) => {
    inside = p.exp();
    return inside.mul(p);
  })(a);
  await inside.data();
  expect(() => gradients(y.sum(), [a])).toThrow(GradientError);
});
