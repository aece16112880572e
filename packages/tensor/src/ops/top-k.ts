import { ShapeError } from '../errors.ts';
import { formatShape } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { takeLanes } from './gather.ts';
import { normalizeAxis } from './infer.ts';
import { argsort } from './sort.ts';

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
