// Elements in another order: transpose, flip.
import { ShapeError } from '../../errors.ts';
import { defineOp, type Op } from '../../op.ts';
import { formatShape } from '../../spec.ts';
import type { Axes, Tensor } from '../../tensor.ts';
import { normalizeAxes, normalizeAxis } from '../infer.ts';

/** Attrs of {@link transposeOp}: axis `i` of the result is axis `permutation[i]` of the operand. */
export type TransposeAttrs = { readonly permutation: readonly number[] };

/** Axes in another order. */
export const transposeOp: Op<TransposeAttrs> = defineOp<TransposeAttrs>({
  name: 'transpose',
  infer: ([x], { permutation }) => ({ shape: permutation.map((axis) => x!.shape[axis]!), dtype: x!.dtype }),
  simplify: ([x], { permutation }) => {
    if (permutation.every((from, axis) => from === axis)) return x!;
    if (permutationMovesOnlyUnits(x!, permutation)) return x!.reshape(permutation.map((axis) => x!.shape[axis]!));
    if (x!.node.op !== transposeOp) return null;
    const inner = x!.node.attrs['permutation'] as readonly number[];
    return transposeOp([x!.derive(x!.node.inputs[0]!)], { permutation: permutation.map((axis) => inner[axis]!) });
  },
});

function permutationMovesOnlyUnits(x: Tensor, permutation: readonly number[]): boolean {
  const real = permutation.filter((axis) => x.shape[axis] !== 1);
  return real.every((axis, i) => i === 0 || axis > real[i - 1]!);
}

/**
 * Axes in the order of `permutation`; without it, reversed.
 * @throws ShapeError unless each axis is named once
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const order =
    permutation?.map((axis) => normalizeAxis('transpose', axis, x.rank)) ?? x.shape.map((_, axis) => x.rank - 1 - axis);
  if (order.length !== x.rank || new Set(order).size !== x.rank) {
    throw new ShapeError(
      `transpose: ${formatShape(permutation ?? [])} must name each of the ${x.rank} axes of ${formatShape(x.shape)} once.`,
    );
  }
  return transposeOp([x], { permutation: order });
}

/** Attrs of {@link flipOp}. */
export type FlipAttrs = { readonly axes: readonly number[] };

/** Axes run backwards. */
export const flipOp: Op<FlipAttrs> = defineOp<FlipAttrs>({
  name: 'flip',
  infer: ([x]) => x!,
  simplify: ([x], { axes }) => (axes.every((axis) => x!.shape[axis]! <= 1) ? x! : null),
});

/** Axes run backwards (default: all of them). */
export function flip(x: Tensor, axes?: Axes): Tensor {
  return flipOp([x], { axes: normalizeAxes('flip', axes, x.rank) });
}
