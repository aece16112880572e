// Derivatives of what moves elements: the same elements, moved back.
import type { VjpCall } from '../../op.ts';
import type { Shape } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';
import type { ConcatAttrs, FlipAttrs, PadAttrs, SliceAttrs, TransposeAttrs } from '../shape/index.ts';
import { type Gradients, none, ofOne, sumTo } from './gradient.ts';

/** Parts, wholes, and other orders; constants, which have no operands. */
export const shapeGradients: Gradients = {
  full: none,
  iota: none,
  reshape: ofOne((dy, x) => dy.reshape(x.shape)),
  broadcastTo: ofOne((dy, x) => sumTo(dy, x.shape)),
  transpose: ({ dy, attrs: { permutation } }: VjpCall<TransposeAttrs>) => [
    dy.transpose(permutation.map((_, axis) => permutation.indexOf(axis))),
  ],
  flip: ({ dy, attrs: { axes } }: VjpCall<FlipAttrs>) => [dy.flip(axes)],
  slice: ({ dy, inputs: [x], attrs }: VjpCall<SliceAttrs>) => [spread(dy, x!.shape, attrs)],
  pad: ({ dy, inputs: [x], attrs: { low } }: VjpCall<PadAttrs>) => [dy.slice(low, x!.shape)],
  concat: ({ dy, inputs, attrs: { axis } }: VjpCall<ConcatAttrs>) => {
    let start = 0;
    return inputs.map((x) => {
      const part = dy.slice(
        x.shape.map((_, i) => (i === axis ? start : 0)),
        x.shape,
      );
      start += x.shape[axis]!;
      return part;
    });
  },
};

/** The transpose of slicing: zeros, with `dy` at the places that were taken. */
function spread(dy: Tensor, shape: Shape, { starts, sizes, strides }: SliceAttrs): Tensor {
  let grown = dy;
  strides.forEach((stride, axis) => {
    if (stride === 1 || sizes[axis] === 0) return;
    // [.., n, ..] -> [.., n, 1, ..] -> zeros after each element -> [.., n * stride, ..], the last gap cut off.
    const before = grown.shape.slice(0, axis);
    const after = grown.shape.slice(axis + 1);
    const n = grown.shape[axis]!;
    const gap = [...before, n, 1, ...after].map((_, i) => [0, i === axis + 1 ? stride - 1 : 0] as const);
    const wideAxis = grown
      .reshape([...before, n, 1, ...after])
      .pad(gap)
      .reshape([...before, n * stride, ...after]);
    grown = wideAxis.slice([], [...before, (n - 1) * stride + 1, ...after]);
  });
  return grown.pad(shape.map((size, axis) => [starts[axis]!, size - starts[axis]! - grown.shape[axis]!] as const));
}
