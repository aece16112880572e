// Kernels that run along one axis.
import { type Attrs, type Shape, sizeOf } from '@nablajs/tensor';
import { type KernelPlan, kernelCall } from '../kernels/kernel.ts';

/** How a shape looks from one of its axes. */
export function around(
  shape: Shape,
  axis: number,
): { readonly outer: number; readonly length: number; readonly inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), length: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}

/** A plan of one call. */
export function single(...call: Parameters<typeof kernelCall>): KernelPlan {
  return { calls: [kernelCall(...call)], shared: 0 };
}

/** An attribute as a number; flags are 0 and 1. */
export function numeric(attrs: Attrs, name: string): number {
  return Number(attrs[name]);
}
