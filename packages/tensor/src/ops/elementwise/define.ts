// The parts that all elementwise ops share, so that each is told in a line or a few.
import { defineOp, type Op } from '../../op.ts';
import type { DType } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';
import { constantValue, fullLike } from '../constant.ts';
import { type Allowed, broadcastShapes, keeps, requireDType, requireSameDType } from '../infer.ts';

/** Attrs of ops that have none. */
export type NoAttrs = Record<never, never>;

/**
 * A primitive that maps each element by itself.
 * @param f by which constants are folded
 * @param gives dtype of the result; default: the operand's
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineUnary(
  name: string,
  takes: Allowed,
  f?: ((x: number) => number) | null,
  gives?: DType,
): Op<NoAttrs> {
  const same = keeps(name, takes);
  return defineOp<NoAttrs>({
    name,
    elementwise: true,
    infer: (inputs) => (gives ? { ...same(inputs), dtype: gives } : same(inputs)),
    simplify: ([x]) => {
      const value = constantValue(x!);
      // Numbers in attrs are not rounded to half precision.
      return f && value !== undefined && x!.dtype !== 'float16' ? fullLike(x!, f(value)) : null;
    },
  });
}

/** What may set an op on pairs of elements apart. */
export interface BinaryRule {
  /** Dtype of the result; default: the operands'. */
  readonly gives?: DType;
  /** By which constants are folded. */
  readonly f?: (a: number, b: number) => number;
  readonly simplify?: (a: Tensor, b: Tensor) => Tensor | null;
}

/** A primitive on pairs of elements, operands broadcast against each other, dtypes equal. */
/* @__NO_SIDE_EFFECTS__ */
export function defineBinary(name: string, takes: Allowed, { gives, f, simplify }: BinaryRule): Op<NoAttrs> {
  return defineOp<NoAttrs>({
    name,
    elementwise: true,
    infer: ([a, b]) => {
      requireDType(name, a!, takes);
      requireSameDType(name, [a!, b!]);
      return { shape: broadcastShapes(name, a!.shape, b!.shape), dtype: gives ?? a!.dtype };
    },
    simplify: ([a, b]) => {
      const x = constantValue(a!);
      const y = constantValue(b!);
      if (f && x !== undefined && y !== undefined && a!.dtype === 'float32') {
        return fullLike(a!, f(x, y), broadcastShapes(name, a!.shape, b!.shape));
      }
      return simplify?.(a!, b!) ?? null;
    },
  });
}

/** IEEE 754-2008 pow: 1 to any power is 1, also to NaN, where JavaScript says NaN. */
export function power(a: number, b: number): number {
  return a === 1 ? 1 : a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY ? 1 : a ** b;
}
