import { defineOp, type Op } from '../../op.ts';
import type { DType } from '../../spec.ts';

/** Attrs of {@link castOp}. */
export type CastAttrs = { readonly dtype: DType };

/** Another dtype: floats truncate toward zero (NaN → 0, saturating), anything but 0 is true. */
export const castOp: Op<CastAttrs> = defineOp<CastAttrs>({
  name: 'cast',
  elementwise: true,
  infer: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
  simplify: ([x], { dtype }) => (x!.dtype === dtype ? x! : null),
});
