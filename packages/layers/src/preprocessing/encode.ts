// Categories as numbers, or as vectors with one place per category.
import { oneHot, type Tensor } from '@nablajs/tensor';
import { choice, type Field } from '../base/options.ts';

/**
 * How categories come out. `'int'`: their numbers. `'oneHot'`: a vector for each, in the place of a last axis of size 1.
 * `'multiHot'`: one vector for those along the last axis, 1 where there is one. `'count'`: how many there are.
 */
export type CategoryMode = 'int' | 'oneHot' | 'multiHot' | 'count';

/** The option for {@link CategoryMode}. */
export function categoryMode(fallback: CategoryMode): Field<CategoryMode> {
  return choice<CategoryMode>(['int', 'oneHot', 'multiHot', 'count'], fallback);
}

/** Numbers of categories in a mode; those outside of 0 to `depth - 1` count as none. */
export function encoded(numbers: Tensor, mode: CategoryMode, depth: number, weights: Tensor | null = null): Tensor {
  const whole = numbers.dtype === 'int32' ? numbers : numbers.cast('int32');
  if (mode === 'int') return whole;
  const list = whole.rank === 0 ? whole.expandDims(0) : whole;
  if (mode === 'oneHot') return oneHot(list.rank > 1 && list.shape.at(-1) === 1 ? list.squeeze(-1) : list, depth);
  const places = oneHot(list, depth);
  if (mode === 'multiHot') return places.max(-2).maximum(0);
  return (weights ? places.mul(weights.cast('float32').reshape([...list.shape, 1])) : places).sum(-2);
}
