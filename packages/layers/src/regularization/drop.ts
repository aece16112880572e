import { formatShape, formatSpec, randomBernoulli, type Shape, ShapeError, type Tensor } from '@nablajs/tensor';
import type { Field } from '../base/options.ts';

/** Shape of a mask: 1 for axes that are dropped as a whole, `null` for the input's own size. */
export type NoiseShape = readonly (number | null)[];

/** The option for {@link NoiseShape}. */
export const noiseShape: Field<NoiseShape> = {
  must: 'a list of whole numbers of at least 1 (or null, the size of the input)',
  fallback: undefined,
  read: (value) => {
    const fits = (size: unknown): boolean => size === null || (Number.isInteger(size) && (size as number) >= 1);
    return Array.isArray(value) && value.every(fits) ? value : undefined;
  },
};

/** True with probability `1 - rate`, in a shape that broadcasts to `x`. */
export function keptOf(x: Tensor, rate: number, noise: NoiseShape | null): Tensor {
  return randomBernoulli(noise === null ? x.shape : shapeOf(x, noise), 1 - rate);
}

/** Zero where not kept, the rest scaled so that the mean stays. */
export function dropped(x: Tensor, rate: number, noise: NoiseShape | null): Tensor {
  return keptOf(x, rate, noise).where(rate === 1 ? x : x.mul(1 / (1 - rate)), 0);
}

function shapeOf(x: Tensor, noise: NoiseShape): Shape {
  const shape = noise.map((size, axis) => size ?? x.shape[axis] ?? 1);
  if (shape.length === x.rank && shape.every((size, axis) => size === 1 || size === x.shape[axis])) return shape;
  throw new ShapeError(
    `noiseShape ${formatShape(shape)} does not broadcast to the input ${formatSpec(x.spec)}. Use one entry per axis: 1, or null for its own size.`,
  );
}
