import { formatShape, formatSpec, type Shape, ShapeError, type Spec, sizeOf } from '@nablajs/tensor';

/** The size of the last axis; throws unless there is a batch axis before it. */
export function featuresOf(input: Spec): number {
  if (input.shape.length >= 2) return input.shape.at(-1)!;
  throw new ShapeError(
    `expects [batch, ..., features], got ${formatSpec(input)}. ` +
      `${input.shape.length === 1 ? 'Add the batch axis with x.expandDims(0).' : 'Reshape it to [1, 1].'}`,
  );
}

/** Throws unless the last axis is the one a kernel was made for. */
export function requireFeatures(type: string, shape: Shape, expected: number): void {
  if (shape.at(-1) === expected) return;
  const fix =
    sizeOf(shape.slice(1)) === expected
      ? `Add a Flatten() before it, or reshape to ${formatShape([shape[0]!, expected])}.`
      : `Give it inputs [batch, ..., ${expected}], or make a new ${type}: this one was built for ${expected} features.`;
  throw new ShapeError(`kernel expects last axis ${expected}, got input ${formatShape(shape)}. ${fix}`);
}
