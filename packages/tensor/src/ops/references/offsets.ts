// Element addressing under broadcasting.
import { type Shape, sizeOf, stridesOf } from '../../spec.ts';

/** For each element of `to`, the offset of the element of `from` that broadcasting puts there. */
export function broadcastOffsets(from: Shape, to: Shape): Int32Array {
  const offsets = new Int32Array(sizeOf(to));
  const lead = to.length - from.length;
  const source = stridesOf(from);
  const target = stridesOf(to);
  for (let i = 0; i < offsets.length; i++) {
    let offset = 0;
    for (let axis = 0; axis < from.length; axis++) {
      const index = Math.floor(i / target[axis + lead]!) % to[axis + lead]!;
      if (from[axis] !== 1) offset += index * source[axis]!;
    }
    offsets[i] = offset;
  }
  return offsets;
}
