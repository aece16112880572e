// Gradients of the ops that every page loads, because `Tensor` has them as methods. They lie beside these ops, not inside
// of them, so that pages which only predict do not fetch them. All other ops bring theirs in their definitions.
import type { AnyOp } from '../../op.ts';
import { elementwiseGradients } from './elementwise.ts';
import type { Gradient, Gradients } from './gradient.ts';
import { reduceGradients } from './reduce.ts';
import { shapeGradients } from './shape.ts';

const GRADIENTS: Gradients = { ...elementwiseGradients, ...reduceGradients, ...shapeGradients };

/** The gradient rule of an op: its own, or that of this package by its name; `undefined` where it is differentiated through its decomposition. */
export function gradientOf({ definition: { name, vjp } }: AnyOp): Gradient | undefined {
  return vjp ?? GRADIENTS[name];
}
