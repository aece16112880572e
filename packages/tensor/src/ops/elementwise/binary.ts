// Arithmetic on pairs of elements.
import { ConfigError } from '../../errors.ts';
import type { Op } from '../../op.ts';
import { isFloat } from '../../spec.ts';
import type { Operand, Tensor } from '../../tensor.ts';
import { constantValue, fullLike } from '../constant.ts';
import { asType, coerce } from './coerce.ts';
import { defineBinary, type NoAttrs } from './define.ts';

/** The tensor itself when broadcasting against `other` would not change its shape. */
function unchanged(x: Tensor, other: Tensor): Tensor | null {
  return other.size === 1 && other.rank <= x.rank ? x : null;
}

export const addOp: Op<NoAttrs> = defineBinary({
  name: 'add',
  takes: 'number',
  f: (a, b) => a + b,
  vjp: (dy) => [dy, dy],
  simplify: (a, b) => (constantValue(b) === 0 ? unchanged(a, b) : constantValue(a) === 0 ? unchanged(b, a) : null),
});
export const subOp: Op<NoAttrs> = defineBinary({
  name: 'sub',
  takes: 'number',
  f: (a, b) => a - b,
  vjp: (dy) => [dy, dy.neg()],
  simplify: (a, b) => (constantValue(b) === 0 ? unchanged(a, b) : null),
});
export const mulOp: Op<NoAttrs> = defineBinary({
  name: 'mul',
  takes: 'number',
  f: (a, b) => a * b,
  integer: Math.imul,
  vjp: (dy, a, b) => [dy.mul(b), dy.mul(a)],
  simplify: (a, b) => (constantValue(b) === 1 ? unchanged(a, b) : constantValue(a) === 1 ? unchanged(b, a) : null),
});
export const divOp: Op<NoAttrs> = defineBinary({
  name: 'div',
  takes: 'float',
  f: (a, b) => a / b,
  vjp: (dy, _, b, y) => [dy.div(b), dy.mul(y).div(b).neg()],
  simplify: (a, b) => (constantValue(b) === 1 ? unchanged(a, b) : null),
});
export const powOp: Op<NoAttrs> = defineBinary({
  name: 'pow',
  takes: 'float',
  f: power,
  vjp: (dy, a, b, y) => [
    // x^0 is 1 everywhere, where b x^(b-1) says 0 times infinity at 0.
    constantValue(b) === undefined
      ? b.equal(0).where(0, dy.mul(b).mul(a.pow(b.sub(1))))
      : constantValue(b) === 0
        ? null
        : dy.mul(b).mul(a.pow(b.sub(1))),
    // d/db a^b = a^b ln a; where a = 0 the slope is taken as 0, so that x^2 is differentiable at 0.
    dy.mul(y).mul(a.equal(0).where(fullLike(a, 1), a).log()),
  ],
  simplify: (a, b) => {
    const exponent = constantValue(b);
    if (b.rank > a.rank || b.size !== 1) return null;
    return exponent === 2 ? a.mul(a) : exponent === 1 ? a : exponent === 0.5 ? a.sqrt() : null;
  },
});
export const maximumOp: Op<NoAttrs> = defineBinary({
  name: 'maximum',
  takes: 'number',
  f: Math.max,
  vjp: (dy, a, b) => share(dy, a.greater(b), a.equal(b)),
});
export const minimumOp: Op<NoAttrs> = defineBinary({
  name: 'minimum',
  takes: 'number',
  f: Math.min,
  vjp: (dy, a, b) => share(dy, a.less(b), a.equal(b)),
});
/** `floor(a / b)`; integer division by zero gives 0. */
export const floorDivOp: Op<NoAttrs> = defineBinary({
  name: 'floorDiv',
  takes: 'number',
  f: (a, b) => Math.floor(a / b),
  integer: (a, b) => (b === 0 ? 0 : Math.floor(a / b)),
  vjp: null,
});
/** Remainder with the sign of the divisor, as in Python. */
export const modOp: Op<NoAttrs> = defineBinary({
  name: 'mod',
  takes: 'number',
  f: (a, b) => a - b * Math.floor(a / b),
  integer: (a, b) => (b === 0 ? 0 : a - b * Math.floor(a / b)),
  vjp: (dy, a, b) => [dy, dy.mul(a.floorDiv(b).neg())],
});

// IEEE 754-2008 pow: 1 to any power is 1, also to NaN, where JavaScript says NaN.
function power(a: number, b: number): number {
  return a === 1 ? 1 : a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY ? 1 : a ** b;
}

/** Gradient to the winner; ties share it equally. */
function share(dy: Tensor, first: Tensor, tie: Tensor): [Tensor, Tensor] {
  const toFirst = tie.where(dy.mul(0.5), first.where(dy, 0));
  return [toFirst, dy.sub(toFirst)];
}

export function add(a: Operand, b: Operand): Tensor {
  return addOp(coerce('add', a, b), {});
}
export function sub(a: Operand, b: Operand): Tensor {
  return subOp(coerce('sub', a, b), {});
}
export function mul(a: Operand, b: Operand): Tensor {
  return mulOp(coerce('mul', a, b), {});
}
/** True division; integers become float32 first. */
export function div(a: Operand, b: Operand): Tensor {
  return divOp(floats('div', a, b), {});
}
/** `a^b`; integers become float32 first. */
export function pow(a: Operand, b: Operand): Tensor {
  return powOp(floats('pow', a, b), {});
}
export function maximum(a: Operand, b: Operand): Tensor {
  return maximumOp(coerce('maximum', a, b), {});
}
export function minimum(a: Operand, b: Operand): Tensor {
  return minimumOp(coerce('minimum', a, b), {});
}
/** `floor(a / b)`; integer division by zero gives 0. */
export function floorDiv(a: Operand, b: Operand): Tensor {
  return floorDivOp(coerce('floorDiv', a, b), {});
}
/** Remainder with the sign of the divisor. */
export function mod(a: Operand, b: Operand): Tensor {
  return modOp(coerce('mod', a, b), {});
}
/** Limits values to `[min, max]`. Throws ConfigError when `min > max`. */
export function clip(x: Tensor, min: number, max: number): Tensor {
  if (min > max) throw new ConfigError(`clip: min ${min} is above max ${max}. Swap them.`);
  return minimum(maximum(x, min), max);
}

function floats(name: string, a: Operand, b: Operand): [Tensor, Tensor] {
  const [x, y] = coerce(name, a, b);
  return isFloat(x.dtype) ? [x, y] : [asType(x, 'float32'), asType(y, 'float32')];
}
