// Small images with known pixels, and what tests ask of them.
import { fromData, type Tensor } from '@nablajs/tensor';

/** `[1, height, width, 1]` from rows of numbers. */
export function picture(rows: readonly (readonly number[])[]): Tensor {
  return fromData(Float32Array.from(rows.flat()), [1, rows.length, rows[0]!.length, 1]);
}

/** The rows of the first image's first channel. */
export async function rowsOf(images: Tensor): Promise<number[][]> {
  const [, height, width, channels] = images.shape as [number, number, number, number];
  const data = await images.data();
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => data[(y * width + x) * channels] as number),
  );
}

/** Many copies of an image, so that statistics can be taken: `[count, ...]`. */
export function copies(image: Tensor, count: number): Tensor {
  return image.broadcastTo([count, ...image.shape.slice(1)]);
}

/** Colours as `[1, 1, count, 3]`. */
export function colours(...values: readonly (readonly [number, number, number])[]): Tensor {
  return fromData(Float32Array.from(values.flat()), [1, 1, values.length, 3]);
}

/** The colours of the first row. */
export async function coloursOf(images: Tensor): Promise<number[][]> {
  const data = Array.from(await images.data()) as number[];
  return Array.from({ length: images.shape[2]! }, (_, i) => data.slice(3 * i, 3 * i + 3));
}

/** The largest difference between two lists of numbers, nested or not. */
export function distance(a: readonly unknown[], b: readonly unknown[]): number {
  const [left, right] = [a.flat(9) as number[], b.flat(9) as number[]];
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...left.map((value, i) => Math.abs(value - right[i]!)));
}
