import { checkGradients, customGradient, gradients, stopGradient } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { compile, scalar, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

describe('stopGradient', () => {
  test('the same value, no gradient', async () => {
    const x = tensor([1, 2]);
    const y = stopGradient(x.square()).mul(x);
    expect(await gradients(y.sum(), [x])[0]!.array()).toEqual([1, 4]);
    expect(await y.array()).toEqual([1, 8]);
  });

  test('leaves no instruction behind, and does not hide equal values from each other', async () => {
    const f = compile((x: Tensor) => stopGradient(x.exp()).add(x.exp()).add(stopGradient(x).exp()));
    expect(await (await f(scalar(0))).item()).toBe(3);
    const ops = [...f.explain().matchAll(/= (\w+)\(/g)].map(([, op]) => op);
    expect(ops).toEqual(['exp', 'add', 'add']);
  });

  test('of a gradient stops second derivatives', async () => {
    const x = scalar(2);
    const [dx] = gradients(x.pow(3), [x]);
    expect(await gradients(stopGradient(dx!).mul(x), [x])[0]!.item()).toBe(12);
  });
});

describe('customGradient', () => {
  const straightThrough = customGradient((x: Tensor) => ({ value: x.round(), gradient: (dy) => [dy] }));

  test('the gradient is what it says', async () => {
    const x = tensor([0.4, 1.7]);
    const y = straightThrough(x.mul(2));
    expect(await gradients(y.square().sum(), [x])[0]!.array()).toEqual([4 * 1, 4 * 3]);
    expect(await y.array()).toEqual([1, 3]);
  });

  test('null lets nothing through; several inputs each get their own', async () => {
    const f = customGradient((a: Tensor, b: Tensor, c: Tensor) => ({
      value: a.mul(b).add(c),
      gradient: (dy) => [dy.mul(10), null, dy.mul(30)],
    }));
    const [a, b, c] = [scalar(2), scalar(3), scalar(4)];
    const found = gradients(f(a, b, c), [a, b, c]);
    expect(await Promise.all(found.map((g) => g.item()))).toEqual([10, 0, 30]);
  });

  test('a true gradient passes the check, also of second order', async () => {
    const logistic = customGradient((x: Tensor) => {
      const y = x.exp().div(x.exp().add(1));
      return { value: y, gradient: (dy) => [dy.mul(y).mul(y.neg().add(1))] };
    });
    const x = tensor([0.5, -1, 2]);
    await checkGradients((a) => logistic(a!), [x]);
    await checkGradients((a) => gradients(logistic(a!).sum(), [a!])[0]!, [x]);
  });

  test('works in compiled functions, trace after trace', async () => {
    const f = compile((x: Tensor) => gradients(straightThrough(x).sum(), [x])[0]!);
    expect(await (await f(tensor([0.3, 0.6]))).array()).toEqual([1, 1]);
    expect(await (await f(tensor([0.3]))).array()).toEqual([1]);
  });

  test('another number of gradients than inputs is an error', () => {
    const wrong = customGradient((a: Tensor, b: Tensor) => ({ value: a.add(b), gradient: (dy) => [dy] }));
    const x = scalar(1);
    expect(() => gradients(wrong(x, scalar(2)), [x])).toThrow(
      'customGradient: the function has 2 inputs but gradient(dy) returned 1. Return one per input, null for none.',
    );
  });
});
