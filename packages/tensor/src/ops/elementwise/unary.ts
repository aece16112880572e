// Functions of one element. `Tensor` has them as methods, which these call: pages then keep each once.
import { defineOp, type Op } from '../../op.ts';
import type { DType } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';
import { scalarLike } from '../constant.ts';
import { keeps } from '../infer.ts';
import { castOp } from './cast.ts';
import { defineUnary, type NoAttrs } from './define.ts';

/** `-x`, float or int32. */
export const negOp: Op<NoAttrs> = defineUnary('neg', 'number', (x) => -x);
/** `|x|`, float or int32; its derivative at 0 is 0. */
export const absOp: Op<NoAttrs> = defineUnary('abs', 'number', Math.abs);
/** -1, 0 or 1, float or int32; its gradient is zero. */
export const signOp: Op<NoAttrs> = defineUnary('sign', 'number', Math.sign);
/** `e^x`, float. */
export const expOp: Op<NoAttrs> = defineUnary('exp', 'float', Math.exp);
/** `e^x - 1`, float, exact near zero. */
export const expm1Op: Op<NoAttrs> = defineUnary('expm1', 'float', Math.expm1);
/** Natural logarithm, float. */
export const logOp: Op<NoAttrs> = defineUnary('log', 'float', Math.log);
/** `ln(1 + x)`, float, exact near zero. */
export const log1pOp: Op<NoAttrs> = defineUnary('log1p', 'float', Math.log1p);
/** Square root, float; NaN below 0. */
export const sqrtOp: Op<NoAttrs> = defineUnary('sqrt', 'float', Math.sqrt);
/** Sine of radians, float. */
export const sinOp: Op<NoAttrs> = defineUnary('sin', 'float', Math.sin);
/** Cosine of radians, float. */
export const cosOp: Op<NoAttrs> = defineUnary('cos', 'float', Math.cos);
/** Hyperbolic tangent, float. */
export const tanhOp: Op<NoAttrs> = defineUnary('tanh', 'float', Math.tanh);
/** Gauss error function, float. */
export const erfOp: Op<NoAttrs> = defineUnary('erf', 'float');
/** The whole number at or below, float; its gradient is zero. */
export const floorOp: Op<NoAttrs> = defineUnary('floor', 'float', Math.floor);
/** The whole number at or above, float; its gradient is zero. */
export const ceilOp: Op<NoAttrs> = defineUnary('ceil', 'float', Math.ceil);
/** Half to even, as in NumPy and IEEE 754. */
export const roundOp: Op<NoAttrs> = defineUnary('round', 'float');
/** True where a float is NaN. */
export const isNaNOp: Op<NoAttrs> = defineUnary('isNaN', 'float', null, 'bool');

/** Logistic function, `1 / (1 + e^-x)`. */
export const sigmoidOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'sigmoid',
  elementwise: true,
  infer: keeps('sigmoid', 'float'),
  decompose: ([x]) => scalarLike(x!, 1).div(x!.neg().exp().add(1)),
});

/** Rectifier, `max(0, x)`; its derivative at 0 is 0, as in Keras and PyTorch. */
export const reluOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'relu',
  elementwise: true,
  infer: keeps('relu', 'number'),
  decompose: ([x]) => x!.maximum(0),
});

/** `-x`. */
export function neg(x: Tensor): Tensor {
  return x.neg();
}
/** `|x|`; its derivative at 0 is 0. */
export function abs(x: Tensor): Tensor {
  return x.abs();
}
/** -1, 0 or 1; its gradient is zero. */
export function sign(x: Tensor): Tensor {
  return x.sign();
}
/** `e^x`. */
export function exp(x: Tensor): Tensor {
  return x.exp();
}
/** `e^x - 1`, exact near zero. */
export function expm1(x: Tensor): Tensor {
  return x.expm1();
}
/** Natural logarithm. */
export function log(x: Tensor): Tensor {
  return x.log();
}
/** `ln(1 + x)`, exact near zero. */
export function log1p(x: Tensor): Tensor {
  return x.log1p();
}
/** Square root; NaN below 0. */
export function sqrt(x: Tensor): Tensor {
  return x.sqrt();
}
/** `1 / sqrt(x)`. */
export function rsqrt(x: Tensor): Tensor {
  return x.rsqrt();
}
/** `x^2`. */
export function square(x: Tensor): Tensor {
  return x.square();
}
/** `1 / x`. */
export function reciprocal(x: Tensor): Tensor {
  return x.reciprocal();
}
/** Sine of radians. */
export function sin(x: Tensor): Tensor {
  return x.sin();
}
/** Cosine of radians. */
export function cos(x: Tensor): Tensor {
  return x.cos();
}
/** Tangent of radians. */
export function tan(x: Tensor): Tensor {
  return x.tan();
}
/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return x.tanh();
}
/** Logistic function, `1 / (1 + e^-x)`. */
export function sigmoid(x: Tensor): Tensor {
  return x.sigmoid();
}
/** Rectifier, `max(0, x)`. */
export function relu(x: Tensor): Tensor {
  return x.relu();
}
/** Gauss error function. */
export function erf(x: Tensor): Tensor {
  return x.erf();
}
/** The whole number at or below. */
export function floor(x: Tensor): Tensor {
  return x.floor();
}
/** The whole number at or above. */
export function ceil(x: Tensor): Tensor {
  return x.ceil();
}
/** Nearest whole number, halves to even. */
export function round(x: Tensor): Tensor {
  return x.round();
}
function isNotANumber(x: Tensor): Tensor {
  return x.isNaN();
}
/** Another dtype: floats truncate toward zero when they become integers, anything but 0 is true. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.cast(dtype);
}
/** `ln(1 + e^x)`, without overflow. */
export function softplus(x: Tensor): Tensor {
  return x.maximum(0).add(x.abs().neg().exp().log1p());
}
export { castOp, isNotANumber as isNaN };
