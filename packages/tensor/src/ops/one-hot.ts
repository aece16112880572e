import type { DType } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { iotaLike } from './constant.ts';
import { requireCount, requireDType } from './infer.ts';

/**
 * 1 at the index, 0 elsewhere, along a new last axis: whole numbers of any shape -> `[...indices, depth]`.
 * An index outside 0 to `depth - 1` gives zeros only.
 * @param dtype of the result, default float32
 * @example oneHot(tensor([2, 0], 'int32'), 3) // [[0, 0, 1], [1, 0, 0]]
 */
export function oneHot(indices: Tensor, depth: number, dtype: DType = 'float32'): Tensor {
  requireDType('oneHot', indices.spec, 'number');
  const numbers = iotaLike(indices, [requireCount('oneHot', 'depth', depth)], 0);
  return indices.expandDims(-1).equal(numbers).cast(dtype);
}
