// Axes that a normalization takes its statistics over, or has weights along.
import { ConfigError, formatShape, formatSpec, type Shape, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import type { Field } from '../base/options.ts';

/** One axis, or several; negative ones count from the end. */
export type NormalizedAxes = number | readonly number[];

/** The option `axis`. */
export function normalizedAxes(fallback: number): Field<NormalizedAxes> {
  return {
    must: 'a whole number, or a list of them',
    fallback,
    read: (value, place) => {
      if (!Array.isArray(value)) return Number.isInteger(value) ? (value as number) : undefined;
      if (value.length === 0 || !value.every(Number.isInteger)) return undefined;
      if (new Set(value).size < value.length) {
        throw new ConfigError(`${place} names an axis twice: ${formatShape(value)}. Name each once.`);
      }
      return value;
    },
  };
}

/** The axes from 0, in order; throws for axes the input does not have, and for that of the batch. */
export function axesOf(input: Spec, axis: NormalizedAxes): readonly number[] {
  const rank = input.shape.length;
  const found = (typeof axis === 'number' ? [axis] : axis).map((at) => (at < 0 ? at + rank : at));
  const wrong = found.findIndex((at) => at < 1 || at >= rank);
  if (wrong >= 0 || new Set(found).size < found.length) {
    const named = typeof axis === 'number' ? axis : formatShape(axis);
    throw new ShapeError(
      `axis ${named} does not fit input ${formatSpec(input)}, whose axis 0 is the batch. ${rank > 2 ? `Use axes from 1 to ${rank - 1}, or negative ones from the end.` : 'Use -1.'}`,
    );
  }
  return [...found].sort((a, b) => a - b);
}

/** Values along some axes, shaped so that they broadcast against `x`. */
export function spreadAlong(values: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  const wide = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  return axes.length === 1 && axes[0] === x.rank - 1 ? values : values.reshape(wide);
}

/** Throws unless an input has the sizes along `axes` that the weights were made for. */
export function requireSizes(input: Spec, axes: readonly number[], expected: Shape): void {
  if (axes.every((axis, i) => input.shape[axis] === expected[i])) return;
  throw new ShapeError(
    `expects sizes ${formatShape(expected)} on axes ${formatShape(axes)}, got ${formatSpec(input)}. This layer was built for them; make a new one for others.`,
  );
}
