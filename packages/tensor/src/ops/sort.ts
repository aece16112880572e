// Order along an axis. Only the order is a primitive; sorted values are taken by it, which makes them differentiable.
import { defineOp, type Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { takeLanes } from './gather.ts';
import { normalizeAxis, requireDType } from './infer.ts';

/** Attrs of {@link argsortOp}. */
export type ArgsortAttrs = { readonly axis: number; readonly descending: boolean };

/** Positions along an axis in sorted order, int32. Equal elements keep their order; NaN comes last either way. */
export const argsortOp: Op<ArgsortAttrs> = defineOp<ArgsortAttrs>({
  name: 'argsort',
  infer: ([x]) => {
    requireDType('argsort', x!, 'number');
    return { shape: x!.shape, dtype: 'int32' };
  },
  vjp: () => [null],
});

/** Options of {@link argsort} and {@link sort}. */
export interface SortOptions {
  /** Largest first. Default `false`. */
  readonly descending?: boolean;
}

/** Positions of the elements along `axis` (default: the last) in sorted order; int32, stable, NaN last. */
export function argsort(x: Tensor, axis: number = -1, { descending = false }: SortOptions = {}): Tensor {
  return argsortOp([x], { axis: normalizeAxis('argsort', axis, x.rank), descending });
}

/** The elements along `axis` (default: the last) in sorted order; stable, NaN last. Gradients follow the elements. */
export function sort(x: Tensor, axis: number = -1, options?: SortOptions): Tensor {
  const at = normalizeAxis('sort', axis, x.rank);
  return takeLanes(x, argsort(x, at, options), at);
}
