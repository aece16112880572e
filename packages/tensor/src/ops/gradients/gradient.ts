import type { AnyOpDefinition } from '../../op.ts';
import { type Shape, sameShape } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';

/** The gradient of each operand of an op. */
export type Gradient = NonNullable<AnyOpDefinition['vjp']>;

/** By the names of ops. */
export type Gradients = Readonly<Record<string, Gradient>>;

/** For ops whose derivative is zero almost everywhere, or which have no operands. */
export const none: Gradient = ({ inputs }) => inputs.map(() => null);

/** For ops of one operand, from dy, x and y. */
export function ofOne(rule: (dy: Tensor, x: Tensor, y: Tensor) => Tensor | null): Gradient {
  return ({ dy, inputs: [x], output }) => [rule(dy, x!, output)];
}

/** Sums a gradient back to the shape its operand had before broadcasting. */
export function sumTo(dy: Tensor, shape: Shape): Tensor {
  if (sameShape(dy.shape, shape)) return dy;
  const lead = dy.rank - shape.length;
  const axes = dy.shape.flatMap((size, axis) =>
    axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : [],
  );
  return dy.sum(axes).reshape(shape);
}
