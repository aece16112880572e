import { ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { fromEnd, scatterAddOp } from './gather.ts';
import { normalizeAxis, requireCount, requireDType } from './infer.ts';

/**
 * The transpose of `gather`: zeros with `size` entries along `axis`, and each update added at its index. `updates`
 * are `[...before, ...indices, ...after]`. Negative indices count from the end; what is out of range is dropped.
 * @throws ShapeError when indices and updates do not fit
 */
export function scatterAdd(indices: Tensor, updates: Tensor, size: number, axis: number = 0): Tensor {
  requireDType('scatterAdd', indices.spec, ['int32']);
  requireCount('scatterAdd', 'size', size);
  const rank = updates.rank - indices.rank + 1;
  const at = normalizeAxis('scatterAdd', axis, Math.max(0, rank));
  const inner = updates.shape.slice(at, at + indices.rank);
  if (!sameShape(inner, indices.shape)) {
    throw new ShapeError(
      `scatterAdd: indices ${formatShape(indices.shape)} need updates with these axes from axis ${at} on, got ${formatShape(updates.shape)}.`,
    );
  }
  const rows = updates.reshape([
    ...updates.shape.slice(0, at),
    indices.size,
    ...updates.shape.slice(at + indices.rank),
  ]);
  return scatterAddOp([fromEnd(indices, size).reshape([indices.size]), rows], { axis: at, size });
}
