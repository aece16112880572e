// Order along an axis. Only the order is a primitive; sorted values are taken by it, which makes them differentiable.
import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, hostArray, sizeOf } from '../spec.ts';
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
  reference: ({ inputs: [x], attrs: { axis, descending }, spec }) => {
    const out = hostArray('int32', sizeOf(spec.shape));
    const length = spec.shape[axis]!;
    const inner = sizeOf(spec.shape.slice(axis + 1));
    for (let lane = 0; lane < out.length / Math.max(1, length); lane++) {
      const first = Math.floor(lane / inner) * inner * length + (lane % inner);
      const values = Array.from({ length }, (_, k) => x![first + k * inner]!);
      const order = values.map((_, k) => k).sort((a, b) => compare(values[a]!, values[b]!, descending) || a - b);
      order.forEach((position, k) => {
        out[first + k * inner] = position;
      });
    }
    return out;
  },
});

function compare(a: number, b: number, descending: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  const ascending = Number(a > b) - Number(a < b);
  return descending ? -ascending : ascending;
}

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

/**
 * The `k` largest elements along `axis` (default: the last), largest first, and their positions (int32). Of equals the
 * first come first. `[..., n]` -> two times `[..., k]`.
 * @throws ShapeError when there are fewer than `k`
 */
export function topK(x: Tensor, k: number, axis: number = -1): { values: Tensor; indices: Tensor } {
  const at = normalizeAxis('topK', axis, x.rank);
  if (!Number.isInteger(k) || k < 0 || k > x.shape[at]!) {
    throw new ShapeError(
      `topK: cannot take the ${k} largest of ${x.shape[at]} (axis ${at} of ${formatShape(x.shape)}). Use 0 to ${x.shape[at]}.`,
    );
  }
  const indices = argsort(x, at, { descending: true }).slice(
    [],
    x.shape.map((size, i) => (i === at ? k : size)),
  );
  return { values: takeLanes(x, indices, at), indices };
}
