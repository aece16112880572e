// Derivatives of functions of one, two or three numbers.
import { isFloat } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';
import { constantValue, fullLike, scalarLike } from '../constant.ts';
import { type Gradient, type Gradients, none, ofOne, sumTo } from './gradient.ts';

/** Gradients before they are summed back to the operands' shapes. */
function ofTwo(rule: (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly (Tensor | null)[]): Gradient {
  return ({ dy, inputs, output }) =>
    rule(dy, inputs[0]!, inputs[1]!, output).map((gradient, i) => gradient && sumTo(gradient, inputs[i]!.shape));
}

/** Arithmetic, functions, comparison and choice. */
export const elementwiseGradients: Gradients = {
  neg: ofOne((dy) => dy.neg()),
  abs: ofOne((dy, x) => dy.mul(x.sign())),
  sign: none,
  exp: ofOne((dy, _, y) => dy.mul(y)),
  expm1: ofOne((dy, _, y) => dy.mul(y.add(1))),
  log: ofOne((dy, x) => dy.div(x)),
  log1p: ofOne((dy, x) => dy.div(x.add(1))),
  sqrt: ofOne((dy, _, y) => dy.div(y.mul(2))),
  sin: ofOne((dy, x) => dy.mul(x.cos())),
  cos: ofOne((dy, x) => dy.mul(x.sin().neg())),
  tanh: ofOne((dy, _, y) => dy.mul(scalarLike(y, 1).sub(y.square()))),
  erf: ofOne((dy, x) => dy.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI))),
  floor: none,
  ceil: none,
  round: none,
  isNaN: none,
  sigmoid: ofOne((dy, _, y) => dy.mul(y.mul(scalarLike(y, 1).sub(y)))),
  relu: ofOne((dy, _, y) => y.greater(0).where(dy, 0)),
  cast: ofOne((dy, x) => (isFloat(x.dtype) && isFloat(dy.dtype) ? dy.cast(x.dtype) : null)),

  add: ofTwo((dy) => [dy, dy]),
  sub: ofTwo((dy) => [dy, dy.neg()]),
  mul: ofTwo((dy, a, b) => [dy.mul(b), dy.mul(a)]),
  div: ofTwo((dy, _, b, y) => [dy.div(b), dy.mul(y).div(b).neg()]),
  pow: ofTwo((dy, a, b, y) => [
    slope(dy, a, b),
    // d/db a^b = a^b ln a; where a = 0 the slope is taken as 0, so that x^2 is differentiable at 0.
    dy.mul(y).mul(a.equal(0).where(fullLike(a, 1), a).log()),
  ]),
  maximum: ofTwo((dy, a, b) => share(dy, a.greater(b), a.equal(b))),
  minimum: ofTwo((dy, a, b) => share(dy, a.less(b), a.equal(b))),
  floorDiv: none,
  mod: ofTwo((dy, a, b) => [dy, dy.mul(a.floorDiv(b).neg())]),

  equal: none,
  less: none,
  lessEqual: none,
  logicalAnd: none,
  logicalOr: none,
  logicalNot: none,
  where: ({ dy, inputs: [condition, a, b] }) => [
    null,
    sumTo(condition!.where(dy, 0), a!.shape),
    sumTo(condition!.where(scalarLike(dy, 0), dy), b!.shape),
  ],
};

/** x^0 is 1 everywhere, where b x^(b-1) says 0 times infinity at 0. */
function slope(dy: Tensor, a: Tensor, b: Tensor): Tensor | null {
  const exponent = constantValue(b);
  if (exponent === 0) return null;
  const product = dy.mul(b).mul(a.pow(b.sub(1)));
  return exponent === undefined ? b.equal(0).where(0, product) : product;
}

/** Gradient to the winner; ties share it equally. */
function share(dy: Tensor, first: Tensor, tie: Tensor): Tensor[] {
  const toFirst = tie.where(dy.mul(0.5), first.where(dy, 0));
  return [toFirst, dy.sub(toFirst)];
}
