// Values that are known when the model is written.
import type { FullAttrs, IotaAttrs } from '@nablajs/tensor';
import { elementArray } from '../proto/element-type.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { Stored } from './stored.ts';

/** One number, however large the shape: it broadcasts. */
const full: Lowering<FullAttrs> = ({ attrs: { value }, spec }, e) =>
  new Stored(spec, e.scalar(spec.dtype, spec.dtype === 'bool' ? Number(value !== 0) : value));

/** As many numbers as the axis has: they broadcast over the others. */
const iota: Lowering<IotaAttrs> = ({ attrs: { axis }, spec }, e) => {
  const length = spec.shape[axis]!;
  const shape = spec.shape.map((_, i) => (i === axis ? length : 1));
  return new Stored(
    spec,
    e.constant(
      spec.dtype,
      shape,
      elementArray(
        spec.dtype,
        Array.from({ length }, (_, i) => i),
      ),
    ),
  );
};

/** Rows of the ops without operands. */
export const constantRows: LoweringTable = { full, iota };
