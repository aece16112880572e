// Pools and their gradients, by definition.
import type { ReferenceCall } from '../../op.ts';
import { type Shape, sizeOf } from '../../spec.ts';
import type { AvgPoolGradientAttrs } from '../avg-pool.ts';
import { wide } from '../constant.ts';
import { eachCell, type PoolAttrs, winnersOf } from '../pool.ts';
import type { References } from './reference.ts';

/** Maxima and averages of windows. */
export const poolReferences: References = {
  maxPool: ({ inputs: [x], specs: [from], attrs, spec }: ReferenceCall<PoolAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    winnersOf(x!, from!.shape, spec.shape, attrs).forEach((winner, place) => {
      out[place] = x![winner]!;
    });
    return out;
  },
  maxPoolGradient: ({ inputs: [x, dy], specs, attrs, spec }: ReferenceCall<PoolAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    winnersOf(x!, specs[0]!.shape, specs[1]!.shape, attrs).forEach((winner, place) => {
      out[winner]! += dy![place]!;
    });
    return out;
  },
  maxPoolPick: ({ inputs: [x, values], specs: [from], attrs, spec }: ReferenceCall<PoolAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    winnersOf(x!, from!.shape, spec.shape, attrs).forEach((winner, place) => {
      out[place] = values![winner]!;
    });
    return out;
  },
  avgPool: ({ inputs: [x], specs: [from], attrs, spec }: ReferenceCall<PoolAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const counts = countCells(from!.shape, spec.shape, attrs);
    eachCell(from!.shape, spec.shape, attrs, (cell, place) => {
      out[place]! += x![cell]! / counts[place]!;
    });
    return out;
  },
  avgPoolGradient: ({ inputs: [dy], specs: [from], attrs, spec }: ReferenceCall<AvgPoolGradientAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const counts = countCells(spec.shape, from!.shape, attrs);
    eachCell(spec.shape, from!.shape, attrs, (cell, place) => {
      out[cell]! += dy![place]! / counts[place]!;
    });
    return out;
  },
};

function countCells(x: Shape, y: Shape, attrs: PoolAttrs): Int32Array {
  const counts = new Int32Array(sizeOf(y));
  eachCell(x, y, attrs, (_, place) => {
    counts[place]! += 1;
  });
  return counts;
}
