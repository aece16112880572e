// What depends on the order along an axis, by definition.
import type { ReferenceCall } from '../../op.ts';
import { hostArray, sizeOf } from '../../spec.ts';
import { wide } from '../constant.ts';
import type { CumsumAttrs } from '../cumulative.ts';
import type { ArgsortAttrs } from '../sort.ts';
import type { References } from './reference.ts';

/** Sorting and running sums. */
export const orderingReferences: References = {
  argsort: ({ inputs: [x], attrs: { axis, descending }, spec }: ReferenceCall<ArgsortAttrs>) => {
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
  cumsum: ({ inputs: [x], attrs: { axis, exclusive, reverse }, spec }: ReferenceCall<CumsumAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const length = spec.shape[axis]!;
    const inner = sizeOf(spec.shape.slice(axis + 1));
    for (let lane = 0; lane < out.length / Math.max(1, length); lane++) {
      const first = Math.floor(lane / inner) * inner * length + (lane % inner);
      let total = 0;
      for (let k = 0; k < length; k++) {
        const at = first + (reverse ? length - 1 - k : k) * inner;
        if (exclusive) out[at] = total;
        total += x![at]!;
        if (!exclusive) out[at] = total;
      }
    }
    return out;
  },
};

function compare(a: number, b: number, descending: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  const ascending = Number(a > b) - Number(a < b);
  return descending ? -ascending : ascending;
}
