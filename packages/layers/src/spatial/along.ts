import type { Tensor } from '@nablajs/tensor';

/** A linear map along one axis: each lane of `size` values becomes the `matrix [size, places]` applied to it. */
export function mapAlong(x: Tensor, axis: number, matrix: Tensor): Tensor {
  const last = x.rank - 1;
  const toLast = [...x.shape.keys()].filter((at) => at !== axis).concat(axis);
  const turned = axis === last ? x : x.transpose(toLast);
  const mapped = turned.matmul(matrix.cast(x.dtype));
  if (axis === last) return mapped;
  return mapped.transpose([...x.shape.keys()].map((at) => (at === axis ? last : at > axis ? at - 1 : at)));
}
