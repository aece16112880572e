// Planes in blocks of 8 x 8, and their cosine transform.
import { fromData, type Tensor } from '@nablajs/tensor';

/** The side of a block. */
export const SIDE = 8;
const AREA = SIDE * SIDE;

/** `[batch, height, width]`, both multiples of eight, as `[batch, blocks, 64]`. */
export function toBlocks(plane: Tensor): Tensor {
  const [batch, height, width] = plane.shape as [number, number, number];
  return plane
    .reshape([batch, height / SIDE, SIDE, width / SIDE, SIDE])
    .transpose([0, 1, 3, 2, 4])
    .reshape([batch, (height * width) / AREA, AREA]);
}

/** Back to `[batch, height, width]`. */
export function fromBlocks(blocks: Tensor, height: number, width: number): Tensor {
  const batch = blocks.shape[0]!;
  return blocks
    .reshape([batch, height / SIDE, width / SIDE, SIDE, SIDE])
    .transpose([0, 1, 3, 2, 4])
    .reshape([batch, height, width]);
}

/** The two-dimensional transform (DCT-II) of blocks as a matrix `[64 values, 64 coefficients]`, orthonormal. */
export function cosines(): Tensor {
  const wave = (k: number, x: number): number =>
    Math.sqrt((k === 0 ? 1 : 2) / SIDE) * Math.cos(((2 * x + 1) * k * Math.PI) / (2 * SIDE));
  const matrix = Float32Array.from({ length: AREA * AREA }, (_, at) => {
    const [value, coefficient] = [Math.floor(at / AREA), at % AREA];
    return wave(Math.floor(coefficient / SIDE), Math.floor(value / SIDE)) * wave(coefficient % SIDE, value % SIDE);
  });
  return fromData(matrix, [AREA, AREA]);
}
