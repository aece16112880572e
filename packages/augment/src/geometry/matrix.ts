// Projective maps of the plane, one for each image of a batch. Where coordinates go:
//   x' = (a x + b y + c) / (g x + h y + i),   y' = (d x + e y + f) / (g x + h y + i)
import { arange, type Shape, type Tensor, zeros } from '@nablajs/tensor';
import type { Places } from './sample.ts';

/** A number that is the same for all images, or one for each, `[batch]`. */
export type Entry = number | Tensor;

/** Rows a b c, d e f, g h i. */
export type Matrix = readonly [Entry, Entry, Entry, Entry, Entry, Entry, Entry, Entry, Entry];

export const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** First `before`, then `after`. */
export function compose(after: Matrix, before: Matrix): Matrix {
  return Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3) * 3, at % 3];
    return [0, 1, 2].map((k) => times(after[row + k]!, before[k * 3 + column]!)).reduce(plus);
  }) as unknown as Matrix;
}

/** A map with its origin at a point instead of at the first pixel. */
export function around(matrix: Matrix, x: number, y: number): Matrix {
  return compose([1, 0, x, 0, 1, y, 0, 0, 1], compose(matrix, [1, 0, -x, 0, 1, -y, 0, 0, 1]));
}

/** The map back, by the adjugate: a common factor cancels in the quotients. */
export function inverse([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const minor = (p: Entry, q: Entry, r: Entry, s: Entry): Entry => minus(times(p, q), times(r, s));
  return [
    minor(e, i, f, h),
    minor(c, h, b, i),
    minor(b, f, c, e),
    minor(f, g, d, i),
    minor(a, i, c, g),
    minor(c, d, a, f),
    minor(d, h, e, g),
    minor(b, g, a, h),
    minor(a, e, b, d),
  ];
}

/** Where points go. Coordinates have the rank of `shape`, to which they and the entries are broadcast. */
export function mapPoints(matrix: Matrix, x: Tensor, y: Tensor, shape: Shape): Places {
  const ones = new Array<number>(shape.length - 1).fill(1);
  const [a, b, c, d, e, f, g, h, i] = matrix.map((entry) =>
    typeof entry === 'number' ? entry : entry.reshape([entry.size, ...ones]),
  ) as unknown as Matrix;
  const line = (p: Entry, q: Entry, r: Entry): Entry => plus(plus(times(p, x), times(q, y)), r);
  const [across, down, depth] = [line(a, b, c), line(d, e, f), line(g, h, i)];
  const over = (value: Entry): Tensor => {
    const found = depth === 1 ? value : divided(value, depth);
    return typeof found === 'number' ? zeros(shape).add(found) : found.broadcastTo(shape);
  };
  return { x: over(across), y: over(down) };
}

/** Where the pixels of an output come from, when `matrix` says so for each: `[batch, height, width]`. */
export function placesOf(matrix: Matrix, batch: number, height: number, width: number): Places {
  return mapPoints(matrix, numbered(width, 2), numbered(height, 1), [batch, height, width]);
}

/** 0, 1, ... along one of the three axes of a batch of places. */
export function numbered(count: number, axis: 0 | 1 | 2): Tensor {
  const shape = [1, 1, 1];
  shape[axis] = count;
  return arange(count).cast('float32').reshape(shape);
}

// Entries that are known while the graph is made leave no trace in it.

function plus(a: Entry, b: Entry): Entry {
  if (typeof a === 'number') return typeof b === 'number' ? a + b : a === 0 ? b : b.add(a);
  return b === 0 ? a : a.add(b);
}

function minus(a: Entry, b: Entry): Entry {
  if (typeof b === 'number') return plus(a, -b);
  return typeof a === 'number' ? b.neg().add(a) : a.sub(b);
}

function times(a: Entry, b: Entry): Entry {
  if (typeof a === 'number') {
    if (typeof b === 'number') return a * b;
    return a === 0 ? 0 : a === 1 ? b : b.mul(a);
  }
  return typeof b === 'number' ? times(b, a) : a.mul(b);
}

function divided(a: Entry, b: Entry): Entry {
  if (typeof b === 'number') return times(a, 1 / b);
  return typeof a === 'number' ? b.reciprocal().mul(a) : a.div(b);
}
