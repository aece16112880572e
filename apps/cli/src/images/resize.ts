// Bilinear resizing. Where an image shrinks, each new pixel averages all old ones it covers, so that thin strokes stay.
import type { Image } from './image.ts';

/** The image at another size. */
export function resized(image: Image, width: number, height: number): Image {
  if (image.width === width && image.height === height) return image;
  const { channels } = image;
  const narrow = alongRows(image.data, image.height, image.width, channels, weightsOf(image.width, width));
  // Columns are rows whose elements are whole lines.
  const data = alongRows(narrow, 1, image.height, width * channels, weightsOf(image.height, height));
  return { data, width, height, channels };
}

interface Weights {
  readonly first: number;
  readonly values: readonly number[];
}

/** For each of `to` positions, which of `from` ones it mixes: a triangle as wide as the larger of both grids' steps. */
function weightsOf(from: number, to: number): Weights[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(center - reach));
    const last = Math.min(from - 1, Math.floor(center + reach));
    const raw = Array.from({ length: last - first + 1 }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k - center) / reach),
    );
    const sum = raw.reduce((total, value) => total + value, 0);
    return { first, values: raw.map((value) => value / sum) };
  });
}

/** Mixes along the middle axis of `[rows, from, size]`. */
function alongRows(
  data: Float32Array,
  rows: number,
  from: number,
  size: number,
  weights: readonly Weights[],
): Float32Array {
  const out = new Float32Array(rows * weights.length * size);
  for (let row = 0; row < rows; row++) {
    for (const [i, { first, values }] of weights.entries()) {
      const target = (row * weights.length + i) * size;
      for (const [k, weight] of values.entries()) {
        const source = (row * from + first + k) * size;
        for (let j = 0; j < size; j++) out[target + j]! += weight * data[source + j]!;
      }
    }
  }
  return out;
}
