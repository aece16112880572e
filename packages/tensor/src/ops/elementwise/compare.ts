// Comparisons give bool; `where` chooses by it.
import { DTypeError } from '../../errors.ts';
import { defineOp, type Op } from '../../op.ts';
import { DTYPES, sameShape } from '../../spec.ts';
import type { Operand, Tensor } from '../../tensor.ts';
import { constantValue, scalarLike } from '../constant.ts';
import { broadcastShapes, requireDType, requireSameDType } from '../infer.ts';
import { asType, coerce, pair, representable } from './coerce.ts';
import { defineBinary, defineUnary, type NoAttrs } from './define.ts';

/** `a = b`, any dtype -> bool; NaN equals nothing. */
export const equalOp: Op<NoAttrs> = defineBinary('equal', DTYPES, { gives: 'bool' });
/** `a < b`, float or int32 -> bool. */
export const lessOp: Op<NoAttrs> = defineBinary('less', 'number', { gives: 'bool' });
/** `a <= b`, float or int32 -> bool. */
export const lessEqualOp: Op<NoAttrs> = defineBinary('lessEqual', 'number', { gives: 'bool' });
/** Both, bool. */
export const logicalAndOp: Op<NoAttrs> = defineBinary('logicalAnd', ['bool'], { gives: 'bool' });
/** One of them or both, bool. */
export const logicalOrOp: Op<NoAttrs> = defineBinary('logicalOr', ['bool'], { gives: 'bool' });
/** The other truth value, bool. */
export const logicalNotOp: Op<NoAttrs> = defineUnary('logicalNot', ['bool']);

/** `condition ? a : b` for each element, all three broadcast. */
export const whereOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'where',
  elementwise: true,
  infer: ([condition, a, b]) => {
    if (condition!.dtype !== 'bool') {
      throw new DTypeError(
        `where: the condition must be bool, got ${condition!.dtype}. Compare it first, for example x.greater(0).`,
      );
    }
    requireSameDType('where', [a!, b!]);
    return { shape: broadcastShapes('where', condition!.shape, a!.shape, b!.shape), dtype: a!.dtype };
  },
  simplify: ([condition, a, b]) => {
    const known = constantValue(condition!);
    if (known === undefined || condition!.rank > 0) return null;
    const chosen = known !== 0 ? a! : b!;
    return sameShape(broadcastShapes('where', a!.shape, b!.shape), chosen.shape) ? chosen : null;
  },
});

/** `a = b` of each element, broadcast -> bool; NaN equals nothing. */
export function equal(a: Operand, b: Operand): Tensor {
  return pair(equalOp, a, b);
}
/** The opposite of {@link equal}: true where one is NaN. */
export function notEqual(a: Operand, b: Operand): Tensor {
  return pair(equalOp, a, b).logicalNot();
}
/** `a < b` of each element, broadcast -> bool; false where one is NaN. */
export function less(a: Operand, b: Operand): Tensor {
  return pair(lessOp, a, b);
}
/** `a <= b` of each element, broadcast -> bool; false where one is NaN. */
export function lessEqual(a: Operand, b: Operand): Tensor {
  return pair(lessEqualOp, a, b);
}
/** `a > b` of each element, broadcast -> bool; false where one is NaN. */
export function greater(a: Operand, b: Operand): Tensor {
  return pair(lessOp, b, a);
}
/** `a >= b` of each element, broadcast -> bool; false where one is NaN. */
export function greaterEqual(a: Operand, b: Operand): Tensor {
  return pair(lessEqualOp, b, a);
}
/** True where both are; bool, broadcast. */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  return a.logicalAnd(b);
}
/** True where one is; bool, broadcast. */
export function logicalOr(a: Tensor, b: Tensor): Tensor {
  return a.logicalOr(b);
}
/** True where `x`, bool, is false. */
export function logicalNot(x: Tensor): Tensor {
  return x.logicalNot();
}
/** `condition ? a : b` for each element. At least one of `a`, `b` must be a tensor. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  if (typeof a === 'number' && typeof b === 'number') {
    const dtype = representable(a, 'int32') && representable(b, 'int32') ? 'int32' : 'float32';
    return whereOp([condition, scalarLike(condition, a, dtype), scalarLike(condition, b, dtype)], {});
  }
  requireDType('where', condition.spec, ['bool']);
  const [x, y] = coerce('where', a, b);
  return whereOp([condition, x, asType(y, x.dtype)], {});
}
