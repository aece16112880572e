// Functions of one element.
import { defineOp, type Op } from '../../op.ts';
import type { DType } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';
import { scalarLike } from '../constant.ts';
import { requireDType } from '../infer.ts';
import { castOp } from './cast.ts';
import { asType } from './coerce.ts';
import { defineUnary, type NoAttrs } from './define.ts';
import { erf as erfOf } from './erf.ts';

export const negOp: Op<NoAttrs> = defineUnary({
  name: 'neg',
  takes: 'number',
  f: (x) => -x,
  vjp: (dy) => dy.neg(),
});
export const absOp: Op<NoAttrs> = defineUnary({
  name: 'abs',
  takes: 'number',
  f: Math.abs,
  vjp: (dy, x) => dy.mul(x.sign()),
});
export const signOp: Op<NoAttrs> = defineUnary({
  name: 'sign',
  takes: 'number',
  f: Math.sign,
  vjp: null,
});
export const expOp: Op<NoAttrs> = defineUnary({
  name: 'exp',
  takes: 'float',
  f: Math.exp,
  vjp: (dy, _, y) => dy.mul(y),
});
export const expm1Op: Op<NoAttrs> = defineUnary({
  name: 'expm1',
  takes: 'float',
  f: Math.expm1,
  vjp: (dy, _, y) => dy.mul(y.add(1)),
});
export const logOp: Op<NoAttrs> = defineUnary({
  name: 'log',
  takes: 'float',
  f: Math.log,
  vjp: (dy, x) => dy.div(x),
});
export const log1pOp: Op<NoAttrs> = defineUnary({
  name: 'log1p',
  takes: 'float',
  f: Math.log1p,
  vjp: (dy, x) => dy.div(x.add(1)),
});
export const sqrtOp: Op<NoAttrs> = defineUnary({
  name: 'sqrt',
  takes: 'float',
  f: Math.sqrt,
  vjp: (dy, _, y) => dy.div(y.mul(2)),
});
export const sinOp: Op<NoAttrs> = defineUnary({
  name: 'sin',
  takes: 'float',
  f: Math.sin,
  vjp: (dy, x) => dy.mul(x.cos()),
});
export const cosOp: Op<NoAttrs> = defineUnary({
  name: 'cos',
  takes: 'float',
  f: Math.cos,
  vjp: (dy, x) => dy.mul(x.sin().neg()),
});
export const tanhOp: Op<NoAttrs> = defineUnary({
  name: 'tanh',
  takes: 'float',
  f: Math.tanh,
  vjp: (dy, _, y) => dy.mul(scalarLike(y, 1).sub(y.square())),
});
export const erfOp: Op<NoAttrs> = defineUnary({
  name: 'erf',
  takes: 'float',
  f: erfOf,
  vjp: (dy, x) => dy.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI)),
});
export const floorOp: Op<NoAttrs> = defineUnary({
  name: 'floor',
  takes: 'float',
  f: Math.floor,
  vjp: null,
});
export const ceilOp: Op<NoAttrs> = defineUnary({
  name: 'ceil',
  takes: 'float',
  f: Math.ceil,
  vjp: null,
});
/** Half to even, as in NumPy and IEEE 754. */
export const roundOp: Op<NoAttrs> = defineUnary({
  name: 'round',
  takes: 'float',
  f: halfToEven,
  vjp: null,
});
export const isNaNOp: Op<NoAttrs> = defineUnary({
  name: 'isNaN',
  takes: 'float',
  gives: 'bool',
  f: (x) => (Number.isNaN(x) ? 1 : 0),
  vjp: null,
});

function halfToEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Logistic function, `1 / (1 + e^-x)`. */
export const sigmoidOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'sigmoid',
  elementwise: true,
  infer: ([x]) => {
    requireDType('sigmoid', x!, 'float');
    return x!;
  },
  vjp: ({ dy, output: y }) => [dy.mul(y.mul(scalarLike(y, 1).sub(y)))],
  decompose: ([x]) => scalarLike(x!, 1).div(x!.neg().exp().add(1)),
});

/** Rectifier, `max(0, x)`; its derivative at 0 is 0, as in Keras and PyTorch. */
export const reluOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'relu',
  elementwise: true,
  infer: ([x]) => {
    requireDType('relu', x!, 'number');
    return x!;
  },
  vjp: ({ dy, output: y }) => [y.greater(0).where(dy, 0)],
  decompose: ([x]) => x!.maximum(0),
});

export function neg(x: Tensor): Tensor {
  return negOp([x], {});
}
export function abs(x: Tensor): Tensor {
  return absOp([x], {});
}
/** -1, 0 or 1; its gradient is zero. */
export function sign(x: Tensor): Tensor {
  return signOp([x], {});
}
export function exp(x: Tensor): Tensor {
  return expOp([x], {});
}
/** `e^x - 1`, exact near zero. */
export function expm1(x: Tensor): Tensor {
  return expm1Op([x], {});
}
/** Natural logarithm. */
export function log(x: Tensor): Tensor {
  return logOp([x], {});
}
/** `ln(1 + x)`, exact near zero. */
export function log1p(x: Tensor): Tensor {
  return log1pOp([x], {});
}
export function sqrt(x: Tensor): Tensor {
  return sqrtOp([x], {});
}
export function rsqrt(x: Tensor): Tensor {
  return reciprocal(sqrt(x));
}
export function square(x: Tensor): Tensor {
  return x.mul(x);
}
export function reciprocal(x: Tensor): Tensor {
  return scalarLike(x, 1).div(x);
}
export function sin(x: Tensor): Tensor {
  return sinOp([x], {});
}
export function cos(x: Tensor): Tensor {
  return cosOp([x], {});
}
export function tan(x: Tensor): Tensor {
  return sin(x).div(cos(x));
}
export function tanh(x: Tensor): Tensor {
  return tanhOp([x], {});
}
/** Logistic function, `1 / (1 + e^-x)`. */
export function sigmoid(x: Tensor): Tensor {
  return sigmoidOp([x], {});
}
/** Rectifier, `max(0, x)`. */
export function relu(x: Tensor): Tensor {
  return reluOp([x], {});
}
/** Gauss error function. */
export function erf(x: Tensor): Tensor {
  return erfOp([x], {});
}
export function floor(x: Tensor): Tensor {
  return floorOp([x], {});
}
export function ceil(x: Tensor): Tensor {
  return ceilOp([x], {});
}
/** Nearest whole number, halves to even. */
export function round(x: Tensor): Tensor {
  return roundOp([x], {});
}
function isNotANumber(x: Tensor): Tensor {
  return isNaNOp([x], {});
}
/** Another dtype: floats truncate toward zero when they become integers, anything but 0 is true. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return asType(x, dtype);
}
/** `ln(1 + e^x)`, without overflow. */
export function softplus(x: Tensor): Tensor {
  return x.maximum(0).add(x.abs().neg().exp().log1p());
}
export { castOp, isNotANumber as isNaN };
