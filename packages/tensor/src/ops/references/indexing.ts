// Rows by number, by definition.
import type { ReferenceCall } from '../../op.ts';
import { type Spec, sizeOf } from '../../spec.ts';
import { wide } from '../constant.ts';
import type { GatherAttrs, ScatterAddAttrs } from '../gather.ts';
import type { References } from './reference.ts';

/** Gather and its transpose. */
export const indexingReferences: References = {
  gather: ({ inputs: [x, indices], specs: [from], attrs: { axis }, spec }: ReferenceCall<GatherAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    eachRow(from!, indices!, axis, (source, chosen) => {
      out[chosen] = x![source]!;
    });
    return out;
  },
  scatterAdd: ({ inputs: [indices, updates], attrs: { axis }, spec }: ReferenceCall<ScatterAddAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    eachRow(spec, indices!, axis, (target, chosen) => {
      out[target]! += updates![chosen]!;
    });
    return out;
  },
};

/** Visits the elements of `whole` that the indices choose: their place there, and among the chosen. */
function eachRow(
  whole: Spec,
  indices: ArrayLike<number>,
  axis: number,
  visit: (inWhole: number, inChosen: number) => void,
): void {
  const outer = sizeOf(whole.shape.slice(0, axis));
  const inner = sizeOf(whole.shape.slice(axis + 1));
  const size = whole.shape[axis]!;
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k]!;
      if (index < 0 || index >= size) continue;
      for (let i = 0; i < inner; i++) visit((o * size + index) * inner + i, (o * indices.length + k) * inner + i);
    }
  }
}
