import { ShapeError } from '../errors.ts';
import { formatShape } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { scalarLike } from './constant.ts';
import { fromEnd, takeLanes } from './gather.ts';
import { broadcastShapes, normalizeAxis, requireDType } from './infer.ts';

/**
 * One entry per lane along `axis` (default: the last), as `numpy.take_along_axis`: `x` and int32 indices of one rank,
 * their other axes broadcast. Negative indices count from the end; what is out of range reads as 0.
 * @throws ShapeError for indices of another rank
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number = -1): Tensor {
  const at = normalizeAxis('takeAlongAxis', axis, x.rank);
  requireDType('takeAlongAxis', indices.spec, ['int32']);
  if (indices.rank !== x.rank) {
    throw new ShapeError(
      `takeAlongAxis: indices ${formatShape(indices.shape)} must have the rank of ${formatShape(x.shape)}. Use gather for one list of indices, or expandDims.`,
    );
  }
  const others = broadcastShapes(
    'takeAlongAxis',
    ...[x, indices].map(({ shape }) => shape.map((size, i) => (i === at ? 1 : size))),
  );
  const grown = (size: number): number[] => others.map((other, i) => (i === at ? size : other));
  const size = x.shape[at]!;
  const counted = fromEnd(indices, size);
  const nowhere = counted.less(0).logicalOr(counted.greaterEqual(size)).broadcastTo(grown(indices.shape[at]!));
  // In the flattened tensor an index out of range would land in a neighbouring lane.
  const safe = nowhere.where(0, counted);
  return nowhere.where(scalarLike(x, 0), takeLanes(x.broadcastTo(grown(size)), safe, at));
}
