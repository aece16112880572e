import { DTypeError } from '../../errors.ts';
import { defineOp, type Op } from '../../op.ts';
import { DTYPES, type DType, type HostArray, isFloat, sizeOf } from '../../spec.ts';
import { wide } from '../constant.ts';

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
  vjp: ({ dy, inputs: [x], attrs }) => [
    isFloat(x!.dtype) && isFloat(attrs.dtype) ? castOp([dy], { dtype: x!.dtype }) : null,
  ],
  simplify: ([x], { dtype }) => (x!.dtype === dtype ? x! : null),
  reference: ({ inputs: [x], specs: [from], spec }) => castArray(x!, from!.dtype, spec.dtype, sizeOf(spec.shape)),
});

function castArray(x: HostArray, from: DType, to: DType, size: number): HostArray {
  const out = wide(to, size);
  const low = to === 'uint32' ? 0 : -2147483648;
  const high = to === 'uint32' ? 4294967295 : 2147483647;
  for (let i = 0; i < size; i++) {
    const value = x[i]!;
    if (to === 'bool') out[i] = value !== 0 ? 1 : 0;
    else if (isFloat(to) || !isFloat(from)) out[i] = value;
    else out[i] = Number.isNaN(value) ? 0 : Math.min(high, Math.max(low, Math.trunc(value)));
  }
  return out;
}
