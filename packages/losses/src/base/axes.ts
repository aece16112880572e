import { ConfigError, type Tensor } from '@nablajs/tensor';

/** An axis counted from the front. */
export function axisOf(name: string, axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ConfigError(
    `${name}: axis ${axis} is outside of a prediction with ${rank} axes. Use ${-rank} to ${rank - 1}.`,
  );
}

/** The last axis moved to a place of its own. */
export function lastAxisTo(x: Tensor, axis: number): Tensor {
  const others = x.shape.map((_, i) => i).slice(0, -1);
  return axis === x.rank - 1 ? x : x.transpose([...others.slice(0, axis), x.rank - 1, ...others.slice(axis)]);
}
