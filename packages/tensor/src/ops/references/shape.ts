// Elements at other places, by definition.
import type { ReferenceCall } from '../../op.ts';
import { sizeOf, stridesOf } from '../../spec.ts';
import { wide } from '../constant.ts';
import type { ConcatAttrs, PadAttrs, SliceAttrs } from '../shape/cut.ts';
import type { FlipAttrs, TransposeAttrs } from '../shape/move.ts';
import { broadcastOffsets } from './offsets.ts';
import type { References } from './reference.ts';

/** Shape and place. */
export const shapeReferences: References = {
  reshape: ({ inputs: [x] }) => x!.slice(),
  transpose: ({ inputs: [x], specs: [from], attrs: { permutation }, spec }: ReferenceCall<TransposeAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const source = stridesOf(from!.shape);
    const target = stridesOf(spec.shape);
    for (let i = 0; i < out.length; i++) {
      let offset = 0;
      permutation.forEach((axis, to) => {
        offset += (Math.floor(i / target[to]!) % spec.shape[to]!) * source[axis]!;
      });
      out[i] = x![offset]!;
    }
    return out;
  },
  flip: ({ inputs: [x], specs: [from], attrs: { axes }, spec }: ReferenceCall<FlipAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const strides = stridesOf(from!.shape);
    for (let i = 0; i < out.length; i++) {
      let offset = i;
      for (const axis of axes) {
        const size = from!.shape[axis]!;
        const index = Math.floor(i / strides[axis]!) % size;
        offset += (size - 1 - 2 * index) * strides[axis]!;
      }
      out[i] = x![offset]!;
    }
    return out;
  },
  broadcastTo: ({ inputs: [x], specs: [from], spec }) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const offsets = broadcastOffsets(from!.shape, spec.shape);
    for (let i = 0; i < out.length; i++) out[i] = x![offsets[i]!]!;
    return out;
  },
  slice: ({ inputs: [x], specs: [from], attrs: { starts, strides }, spec }: ReferenceCall<SliceAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const source = stridesOf(from!.shape);
    const target = stridesOf(spec.shape);
    for (let i = 0; i < out.length; i++) {
      let offset = 0;
      target.forEach((step, axis) => {
        offset += (starts[axis]! + (Math.floor(i / step) % spec.shape[axis]!) * strides[axis]!) * source[axis]!;
      });
      out[i] = x![offset]!;
    }
    return out;
  },
  pad: ({ inputs: [x], specs: [from], attrs: { low, value }, spec }: ReferenceCall<PadAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape)).fill(value);
    const source = stridesOf(from!.shape);
    const target = stridesOf(spec.shape);
    for (let i = 0; i < sizeOf(from!.shape); i++) {
      let offset = 0;
      source.forEach((step, axis) => {
        offset += ((Math.floor(i / step) % from!.shape[axis]!) + low[axis]!) * target[axis]!;
      });
      out[offset] = x![i]!;
    }
    return out;
  },
  concat: ({ inputs, specs, attrs: { axis }, spec }: ReferenceCall<ConcatAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const rows = sizeOf(spec.shape.slice(0, axis));
    let at = 0;
    for (let row = 0; row < rows; row++) {
      inputs.forEach((x, i) => {
        const length = sizeOf(specs[i]!.shape.slice(axis));
        for (let k = 0; k < length; k++) out[at++] = x[row * length + k]!;
      });
    }
    return out;
  },
};
