// Arithmetic on pairs of elements.
import { ConfigError } from '../../errors.ts';
import type { Op } from '../../op.ts';
import type { Operand, Tensor } from '../../tensor.ts';
import { constantValue } from '../constant.ts';
import { floats, pair } from './coerce.ts';
import { defineBinary, type NoAttrs, power } from './define.ts';

/** The tensor itself when broadcasting against `other` would not change its shape. */
function unchanged(x: Tensor, other: Tensor): Tensor | null {
  return other.size === 1 && other.rank <= x.rank ? x : null;
}

/** `a + b`, float or int32. */
export const addOp: Op<NoAttrs> = defineBinary('add', 'number', {
  f: (a, b) => a + b,
  simplify: (a, b) => (constantValue(b) === 0 ? unchanged(a, b) : constantValue(a) === 0 ? unchanged(b, a) : null),
});
/** `a - b`, float or int32. */
export const subOp: Op<NoAttrs> = defineBinary('sub', 'number', {
  f: (a, b) => a - b,
  simplify: (a, b) => (constantValue(b) === 0 ? unchanged(a, b) : null),
});
/** `a b`, float or int32. */
export const mulOp: Op<NoAttrs> = defineBinary('mul', 'number', {
  f: (a, b) => a * b,
  simplify: (a, b) => (constantValue(b) === 1 ? unchanged(a, b) : constantValue(a) === 1 ? unchanged(b, a) : null),
});
/** `a / b`, float. */
export const divOp: Op<NoAttrs> = defineBinary('div', 'float', {
  f: (a, b) => a / b,
  simplify: (a, b) => (constantValue(b) === 1 ? unchanged(a, b) : null),
});
/** `a^b`, float. */
export const powOp: Op<NoAttrs> = defineBinary('pow', 'float', {
  f: power,
  simplify: (a, b) => {
    const exponent = constantValue(b);
    if (b.rank > a.rank || b.size !== 1) return null;
    return exponent === 2 ? a.mul(a) : exponent === 1 ? a : exponent === 0.5 ? a.sqrt() : null;
  },
});
/** The larger of the two, float or int32; NaN where one is. */
export const maximumOp: Op<NoAttrs> = defineBinary('maximum', 'number', {
  f: Math.max,
});
/** The smaller of the two, float or int32; NaN where one is. */
export const minimumOp: Op<NoAttrs> = defineBinary('minimum', 'number', {
  f: Math.min,
});
/** `floor(a / b)`; integer division by zero gives 0. */
export const floorDivOp: Op<NoAttrs> = defineBinary('floorDiv', 'number', {
  f: (a, b) => Math.floor(a / b),
});
/** Remainder with the sign of the divisor, as in Python. */
export const modOp: Op<NoAttrs> = defineBinary('mod', 'number', {
  f: (a, b) => a - b * Math.floor(a / b),
});

/** `a + b` of each element, broadcast; a number takes the dtype of the tensor. */
export function add(a: Operand, b: Operand): Tensor {
  return pair(addOp, a, b);
}
/** `a - b` of each element, broadcast. */
export function sub(a: Operand, b: Operand): Tensor {
  return pair(subOp, a, b);
}
/** `a b` of each element, broadcast. */
export function mul(a: Operand, b: Operand): Tensor {
  return pair(mulOp, a, b);
}
/** True division; integers become float32 first. */
export function div(a: Operand, b: Operand): Tensor {
  return floats(divOp, a, b);
}
/** `a^b`; integers become float32 first. */
export function pow(a: Operand, b: Operand): Tensor {
  return floats(powOp, a, b);
}
/** The larger of each two elements, broadcast; NaN where one of them is. */
export function maximum(a: Operand, b: Operand): Tensor {
  return pair(maximumOp, a, b);
}
/** The smaller of each two elements, broadcast; NaN where one of them is. */
export function minimum(a: Operand, b: Operand): Tensor {
  return pair(minimumOp, a, b);
}
/** `floor(a / b)`; integer division by zero gives 0. */
export function floorDiv(a: Operand, b: Operand): Tensor {
  return pair(floorDivOp, a, b);
}
/** Remainder with the sign of the divisor. */
export function mod(a: Operand, b: Operand): Tensor {
  return pair(modOp, a, b);
}
/** Limits values to `[min, max]`. Throws ConfigError when `min > max`. */
export function clip(x: Tensor, min: number, max: number): Tensor {
  if (min > max) throw new ConfigError(`clip: min ${min} is above max ${max}. Swap them.`);
  return x.maximum(min).minimum(max);
}
