// Values without operands, by definition.
import type { ReferenceCall } from '../../op.ts';
import { randomWords } from '../../random/philox.ts';
import { sizeOf, stridesOf } from '../../spec.ts';
import { type FullAttrs, type IotaAttrs, wide } from '../constant.ts';
import type { RandomBitsAttrs } from '../random.ts';
import type { References } from './reference.ts';

/** Constants and random bits. */
export const constantReferences: References = {
  full: ({ attrs, spec }: ReferenceCall<FullAttrs>) => wide(spec.dtype, sizeOf(spec.shape)).fill(attrs.value),
  iota: ({ attrs, spec }: ReferenceCall<IotaAttrs>) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const stride = stridesOf(spec.shape)[attrs.axis]!;
    const length = spec.shape[attrs.axis]!;
    for (let i = 0; i < out.length; i++) out[i] = Math.floor(i / stride) % length;
    return out;
  },
  randomBits: ({ inputs: [key], attrs, spec }: ReferenceCall<RandomBitsAttrs>) =>
    Int32Array.from(randomWords([key![0]!, key![1]!], attrs.offset, sizeOf(spec.shape)), (word) => word >>> 8),
};
