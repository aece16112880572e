// Convolutions and their gradients, by definition.
import type { ReferenceCall } from '../../op.ts';
import { type Shape, sizeOf } from '../../spec.ts';
import { wide } from '../constant.ts';
import type { ConvAttrs, ConvInputGradientAttrs, ConvKernelGradientAttrs } from '../conv-ops.ts';
import { eachTap, spatialOf, windowAxes } from '../spatial.ts';
import type { References } from './reference.ts';

/** The three sums over the products of a convolution. */
export const convReferences: References = {
  conv: ({ inputs: [x, kernel], specs, attrs, spec }: ReferenceCall<ConvAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    eachProduct(specs[0]!.shape, specs[1]!.shape, spec.shape, attrs, (i, w, o) => {
      out[o]! += x![i]! * kernel![w]!;
    });
    return out;
  },
  convInputGradient: ({ inputs: [dy, kernel], specs, attrs, spec }: ReferenceCall<ConvInputGradientAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    eachProduct(spec.shape, specs[1]!.shape, specs[0]!.shape, attrs, (i, w, o) => {
      out[i]! += dy![o]! * kernel![w]!;
    });
    return out;
  },
  convKernelGradient: ({ inputs: [x, dy], specs, attrs, spec }: ReferenceCall<ConvKernelGradientAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    eachProduct(specs[0]!.shape, spec.shape, specs[1]!.shape, attrs, (i, w, o) => {
      out[w]! += x![i]! * dy![o]!;
    });
    return out;
  },
};

/** Visits every product of the convolution: places in x, in the kernel, and in the result it adds to. */
function eachProduct(
  x: Shape,
  kernel: Shape,
  y: Shape,
  attrs: ConvAttrs,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [inputs, results] = kernel.slice(-2) as [number, number];
  const channels = x.at(-1)!;
  const cells = sizeOf(spatialOf(x));
  const places = sizeOf(spatialOf(y));
  const axes = windowAxes(spatialOf(x), spatialOf(y), kernel.slice(0, -2), attrs);
  for (let image = 0; image < x[0]!; image++) {
    eachTap(axes, (cell, place, tap) => {
      for (let o = 0; o < results; o++) {
        const group = Math.floor(o / (results / attrs.groups));
        for (let i = 0; i < inputs; i++) {
          visit(
            (image * cells + cell) * channels + group * inputs + i,
            (tap * inputs + i) * results + o,
            (image * places + place) * results + o,
          );
        }
      }
    });
  }
}
