import type { Op } from '../op.ts';
import type { Axes, ReduceOptions, Tensor } from '../tensor.ts';
import { asType } from './elementwise/coerce.ts';
import { normalizeAxes } from './infer.ts';
import type { ReduceAttrs } from './reduce.ts';

/** A reduction over `axes`, all of them by default; bool counts as int32. */
export function reduceBy(
  op: Op<ReduceAttrs>,
  x: Tensor,
  axes: Axes | undefined,
  options: ReduceOptions | undefined,
): Tensor {
  const operand = x.dtype === 'bool' ? asType(x, 'int32') : x;
  return op([operand], {
    axes: normalizeAxes(op.definition.name, axes, x.rank),
    keepDims: options?.keepDims ?? false,
  });
}
