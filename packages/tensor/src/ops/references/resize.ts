// Images at another size, by definition.
import type { ReferenceCall } from '../../op.ts';
import { type Shape, sizeOf } from '../../spec.ts';
import { wide } from '../constant.ts';
import type { ResizeAttrs, ResizeGradientAttrs, ResizeMode } from '../resize.ts';
import { spatialOf } from '../spatial.ts';
import type { References } from './reference.ts';

/** Resizing and its gradient. */
export const resizeReferences: References = {
  resize: ({ inputs: [x], specs: [from], attrs: { mode }, spec }: ReferenceCall<ResizeAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    eachShare(from!.shape, spec.shape, mode, (cell, place, weight) => {
      out[place]! += weight * x![cell]!;
    });
    return out;
  },
  resizeGradient: ({ inputs: [dy], specs: [from], attrs: { mode }, spec }: ReferenceCall<ResizeGradientAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    eachShare(spec.shape, from!.shape, mode, (cell, place, weight) => {
      out[cell]! += weight * dy![place]!;
    });
    return out;
  },
};

/** Visits each cell of `x` that has a share in a cell of `y`, with its weight. */
function eachShare(
  x: Shape,
  y: Shape,
  mode: ResizeMode,
  visit: (cell: number, place: number, weight: number) => void,
): void {
  const shares = spatialOf(x).map((cells, axis) => (mode === 'nearest' ? nearest : linear)(cells, spatialOf(y)[axis]!));
  const channels = x.at(-1)!;
  const walk = (axis: number, cell: number, place: number, weight: number): void => {
    const along = shares[axis];
    if (along) {
      along.forEach((parts, i) => {
        for (const [at, part] of parts)
          walk(axis + 1, cell * x[axis + 1]! + at, place * y[axis + 1]! + i, weight * part);
      });
      return;
    }
    for (let channel = 0; channel < channels; channel++)
      visit(cell * channels + channel, place * channels + channel, weight);
  };
  for (let image = 0; image < x[0]!; image++) walk(0, image, image, 1);
}

type Shares = readonly (readonly (readonly [at: number, weight: number])[])[];

function nearest(cells: number, places: number): Shares {
  return Array.from({ length: places }, (_, i) => [[Math.floor(((2 * i + 1) * cells) / (2 * places)), 1]]);
}

function linear(cells: number, places: number): Shares {
  return Array.from({ length: places }, (_, i) => {
    // Points beyond the outermost centres take the value of the outermost cell.
    const point = Math.min(cells - 1, Math.max(0, ((i + 0.5) * cells) / places - 0.5));
    const before = Math.floor(point);
    const beyond = point - before;
    return beyond === 0
      ? [[before, 1]]
      : [
          [before, 1 - beyond],
          [before + 1, beyond],
        ];
  });
}
