// Numbers and mixed dtypes as operands.
import { DTypeError } from '../../errors.ts';
import type { Op } from '../../op.ts';
import type { DType } from '../../spec.ts';
import { isFloat } from '../../spec.ts';
import type { Operand, Tensor } from '../../tensor.ts';
import { isTensor } from '../../tree.ts';
import { scalarLike } from '../constant.ts';
import { castOp } from './cast.ts';
import type { NoAttrs } from './define.ts';

const RANKS: Readonly<Record<DType, number>> = { bool: 0, int32: 1, uint32: 2, float16: 3, float32: 4, float64: 5 };

/** The dtype two tensors meet in: bool < int32 < uint32 < float16 < float32 < float64. */
export function promote(a: DType, b: DType): DType {
  return RANKS[a] >= RANKS[b] ? a : b;
}

/** Whether a whole dtype has this number. */
export function representable(value: number, dtype: DType): boolean {
  return value === (dtype === 'uint32' ? value >>> 0 : value | 0);
}

/**
 * Both operands as tensors of one dtype. A number adopts the tensor's dtype; one that an integer tensor cannot hold, and
 * any number beside a bool one, makes the result float32 (int32 for whole numbers beside bool).
 */
export function coerce(name: string, a: Operand, b: Operand): [Tensor, Tensor] {
  requireOperand(name, a);
  requireOperand(name, b);
  if (typeof a === 'number') {
    if (typeof b === 'number') {
      throw new DTypeError(`${name}: at least one operand must be a tensor, got the numbers ${a} and ${b}.`);
    }
    const [y, x] = coerce(name, b, a);
    return [x, y];
  }
  if (typeof b === 'number') {
    const dtype = isFloat(a.dtype)
      ? a.dtype
      : !representable(b, a.dtype)
        ? 'float32'
        : a.dtype === 'bool'
          ? 'int32'
          : a.dtype;
    return [asType(a, dtype), scalarLike(a, b, dtype)];
  }
  const dtype = promote(a.dtype, b.dtype);
  return [asType(a, dtype), asType(b, dtype)];
}

/** Plain JavaScript passes lists and forgotten arguments too. */
function requireOperand(name: string, operand: unknown): void {
  if (typeof operand === 'number' || isTensor(operand)) return;
  const found = Array.isArray(operand) ? 'a list' : operand === null ? 'null' : typeof operand;
  throw new DTypeError(`${name}: takes tensors and numbers, got ${found}. Make values tensors with tensor(...).`);
}

/** The tensor itself, or a cast of it. */
export function asType(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : castOp([x], { dtype });
}

/** An op on two operands, made tensors of one dtype. */
export function pair(op: Op<NoAttrs>, a: Operand, b: Operand): Tensor {
  return op(coerce(op.definition.name, a, b), {});
}

/** An op on two operands, integers as float32. */
export function floats(op: Op<NoAttrs>, a: Operand, b: Operand): Tensor {
  const [x, y] = coerce(op.definition.name, a, b);
  return op(isFloat(x.dtype) ? [x, y] : [asType(x, 'float32'), asType(y, 'float32')], {});
}
