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
  samples: [
    { inputs: [{ shape: [3, 4], range: [-3, 3] }], attrs: { dtype: 'int32' } },
    { inputs: [{ shape: [6], values: [0.9, -0.9, Number.NaN, 1e20, -1e20, -0] }], attrs: { dtype: 'int32' } },
    { inputs: [{ shape: [5], values: [0, -0, 0.25, Number.NaN, -3] }], attrs: { dtype: 'bool' } },
    { inputs: [{ shape: [2, 3], dtype: 'int32', range: [-9, 9] }], attrs: { dtype: 'float32' } },
    { inputs: [{ shape: [7], dtype: 'bool' }], attrs: { dtype: 'float32' } },
    { inputs: [{ shape: [7], dtype: 'bool' }], attrs: { dtype: 'int32' } },
    { inputs: [{ shape: [4], dtype: 'int32', range: [-1, 2] }], attrs: { dtype: 'bool' } },
    { inputs: [{ shape: [0] }], attrs: { dtype: 'int32' } },
  ],
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
