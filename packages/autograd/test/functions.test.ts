import { grad, valueAndGrad, vjp } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  ConfigError,
  compile,
  GradientError,
  ones,
  scalar,
  setBackend,
  type Tensor,
  tensor,
  type Variable,
  variable,
} from '@nablajs/tensor';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';

beforeAll(() => setBackend(reference()));

test('gradients come in the structure of the first argument', async () => {
  const f = (p: { w: Tensor; layers: readonly [Tensor, { b: Variable }] }, x: Tensor): Tensor =>
    p.w.mul(x).add(p.layers[0].mul(2)).add(p.layers[1].b.value.square()).sum();
  const p = { w: tensor([1, 2]), layers: [tensor([3, 4]), { b: variable(scalar(5)) }] as const };
  const { value, grads } = valueAndGrad(f)(p, tensor([10, 20]));
  expectTypeOf(grads.w).toEqualTypeOf<Tensor>();
  expectTypeOf(grads.layers[1].b).toEqualTypeOf<Tensor>();
  expect(await grads.w.array()).toEqual([10, 20]);
  expect(await grads.layers[0].array()).toEqual([2, 2]);
  expect(await grads.layers[1].b.item()).toBe(20);
  expect(await value.item()).toBe(50 + 14 + 50);
});

test('grad of a tensor is a tensor; further arguments are constants', async () => {
  const slope = grad((x: Tensor, factor: number, other: Tensor) => x.square().mul(factor).mul(other).sum());
  const other = tensor([1, 10]);
  expect(await slope(tensor([3, 4]), 2, other).array()).toEqual([12, 160]);
});

test('vjp pulls any gradient back, as often as asked', async () => {
  const a = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const { value, pull } = vjp((x: Tensor) => a.matmul(x))(tensor([1, 1]));
  expect(value.shape).toEqual([3]);
  expect(await pull(tensor([1, 0, 0])).array()).toEqual([1, 2]);
  expect(await pull(ones([3])).array()).toEqual([9, 12]);
  expect(await value.array()).toEqual([3, 7, 11]);
});

test('inside compile', async () => {
  const w = variable(scalar(3));
  const step = compile((x: Tensor) => {
    const { value, grads } = valueAndGrad((p: { w: Variable }) => p.w.value.mul(x).square())({ w });
    w.assign(w.value.sub(grads.w.mul(0.1)));
    return value;
  });
  expect(await (await step(scalar(1))).item()).toBe(9);
  expect(await w.value.item()).toBeCloseTo(3 - 0.6, 6);
});

test('arguments that hold anything else, or nothing, are refused', () => {
  const f = (_: unknown): Tensor => scalar(1);
  expect(() => grad(f)({ w: scalar(1), rate: 0.1 })).toThrow(ConfigError);
  expect(() => grad(f)({ w: scalar(1), rate: 0.1 })).toThrow(
    'but rate is number. Pass other values as further arguments.',
  );
  expect(() => vjp(f)({})).toThrow(GradientError);
  expect(() => grad(f)([])).toThrow('there is nothing to differentiate with respect to');
});
