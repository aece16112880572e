import { DTypeError } from '../../errors.ts';
import { defineOp, type Op } from '../../op.ts';
import { DTYPES, type DType } from '../../spec.ts';

/** Attrs of {@link castOp}. */
export type CastAttrs = { readonly dtype: DType };

/** Another dtype: floats truncate toward zero (NaN → 0, saturating), anything but 0 is true. */
export const castOp: Op<CastAttrs> = defineOp<CastAttrs>({
  name: 'cast',
  elementwise: true,
  infer: ([x], { dtype }) => {
    if (!DTYPES.includes(dtype))
      throw new DTypeError(`cast: '${dtype}' is not a dtype. Use one of ${DTYPES.join(', ')}.`);
    return { shape: x!.shape, dtype };
  },
  simplify: ([x], { dtype }) => (x!.dtype === dtype ? x! : null),
});
