// The parts that all elementwise ops share, so that each is told in a few lines.
import { defineOp, type Op } from '../../op.ts';
import { type DType, type HostArray, type Spec, sizeOf } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';
import { broadcastOffsets, sumTo } from '../broadcast.ts';
import { constantValue, fullLike, wide } from '../constant.ts';
import { broadcastShapes, requireDType, requireSameDType } from '../infer.ts';

/** Attrs of ops that have none. */
export type NoAttrs = Record<never, never>;

/** What makes a unary op itself. */
export interface UnaryRule {
  readonly name: string;
  readonly takes: 'float' | 'number' | readonly DType[];
  /** Dtype of the result; default: the operand's. */
  readonly gives?: DType;
  /** The function of one element. */
  readonly f: (x: number) => number;
  /** Gradient from dy, x and y; `null` for a derivative that is zero almost everywhere. */
  readonly vjp: ((dy: Tensor, x: Tensor, y: Tensor) => Tensor) | null;
}

/** A primitive that maps each element by itself. */
/* @__NO_SIDE_EFFECTS__ */
export function defineUnary({ name, takes, gives, f, vjp }: UnaryRule): Op<NoAttrs> {
  return defineOp<NoAttrs>({
    name,
    elementwise: true,
    infer: ([x]) => {
      requireDType(name, x!, takes);
      return { shape: x!.shape, dtype: gives ?? x!.dtype };
    },
    vjp: ({ dy, inputs: [x], output }) => [vjp === null ? null : vjp(dy, x!, output)],
    simplify: ([x]) => {
      const value = constantValue(x!);
      // Numbers in attrs are not rounded to half precision.
      const foldable = value !== undefined && gives === undefined && x!.dtype !== 'float16';
      return foldable ? fullLike(x!, f(value)) : null;
    },
    reference: ({ inputs: [x], spec }) => {
      const out = wide(spec.dtype, sizeOf(spec.shape));
      for (let i = 0; i < out.length; i++) out[i] = f(x![i]!);
      return out;
    },
  });
}

/** What makes a binary op itself. */
export interface BinaryRule {
  readonly name: string;
  readonly takes: 'float' | 'number' | readonly DType[];
  readonly gives?: DType;
  readonly f: (a: number, b: number) => number;
  /** How int32 differs from floats, where it does. */
  readonly integer?: (a: number, b: number) => number;
  /** Gradients before they are summed back to the operands' shapes. */
  readonly vjp: ((dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [Tensor | null, Tensor | null]) | null;
  readonly simplify?: (a: Tensor, b: Tensor) => Tensor | null;
}

/** A primitive on pairs of elements, operands broadcast against each other, dtypes equal. */
/* @__NO_SIDE_EFFECTS__ */
export function defineBinary(rule: BinaryRule): Op<NoAttrs> {
  const { name, takes, gives, f, integer = f, vjp, simplify } = rule;
  return defineOp<NoAttrs>({
    name,
    elementwise: true,
    infer: ([a, b]) => {
      requireDType(name, a!, takes);
      requireSameDType(name, [a!, b!]);
      return { shape: broadcastShapes(name, a!.shape, b!.shape), dtype: gives ?? a!.dtype };
    },
    vjp: ({ dy, inputs: [a, b], output }) => {
      if (vjp === null) return [null, null];
      return vjp(dy, a!, b!, output).map((gradient, i) => gradient && sumTo(gradient, (i === 0 ? a! : b!).shape));
    },
    simplify: ([a, b]) => {
      const x = constantValue(a!);
      const y = constantValue(b!);
      if (x !== undefined && y !== undefined && gives === undefined && a!.dtype === 'float32') {
        return fullLike(a!, f(x, y), broadcastShapes(name, a!.shape, b!.shape));
      }
      return simplify?.(a!, b!) ?? null;
    },
    reference: ({ inputs: [a, b], specs, spec }) =>
      pairwise(a!, b!, specs, spec, specs[0]!.dtype === 'int32' ? integer : f),
  });
}

function pairwise(
  a: HostArray,
  b: HostArray,
  specs: readonly Spec[],
  spec: Spec,
  f: (a: number, b: number) => number,
): HostArray {
  const out = wide(spec.dtype, sizeOf(spec.shape));
  const atA = broadcastOffsets(specs[0]!.shape, spec.shape);
  const atB = broadcastOffsets(specs[1]!.shape, spec.shape);
  for (let i = 0; i < out.length; i++) out[i] = f(a[atA[i]!]!, b[atB[i]!]!);
  return out;
}
