// Random bits as an op: a pure function of its key, equal on every backend.
import { DTypeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatSpec, type Shape, sizeOf } from '../spec.ts';

/** Attrs of {@link randomBitsOp}: the result's shape, and which of the key's draws this is. */
export type RandomBitsAttrs = { readonly shape: Shape; readonly offset: number };

/**
 * 24 random bits per element, int32 in [0, 2^24): the most that float32 arithmetic carries exactly everywhere.
 * Philox4x32-10; element `i` is word `i % 4` of block `floor(i / 4)`, shifted right by 8.
 */
export const randomBitsOp: Op<RandomBitsAttrs> = defineOp<RandomBitsAttrs>({
  name: 'randomBits',
  infer: ([key], { shape }) => {
    if (key!.dtype !== 'int32' || sizeOf(key!.shape) !== 2) {
      throw new DTypeError(
        `randomBits: the key must be int32[2], got ${formatSpec(key!)}. Use randomUniform, which makes one.`,
      );
    }
    return { shape, dtype: 'int32' };
  },
  vjp: () => [null],
});
