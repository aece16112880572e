import type { Tensor } from '@nablajs/tensor';

/** Values averaged over an axis, the last by default; those of a flat batch are one per sample already. */
export function perSample(values: Tensor, axis: number = -1): Tensor {
  return values.rank <= 1 ? values : values.mean(axis);
}
