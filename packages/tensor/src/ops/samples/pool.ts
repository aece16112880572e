import type { Sample } from '../../op.ts';
import { type Shape, sizeOf } from '../../spec.ts';
import type { PoolAttrs } from '../pool.ts';

/** One pool geometry, from which the samples of pools and their gradients are made. */
export interface PoolGeometry {
  readonly note: string;
  readonly x: Shape;
  readonly y: Shape;
  readonly attrs: PoolAttrs;
}

const NONE: readonly [number, number] = [0, 0];

/** Pools over one to three axes: side by side, overlapping, apart, padded on either side, ragged, empty. */
export const POOL_GEOMETRIES: readonly PoolGeometry[] = [
  { note: '1-D', x: [2, 6, 3], y: [2, 3, 3], attrs: { window: [2], strides: [2], padding: [NONE] } },
  { note: '2-D', x: [2, 4, 6, 3], y: [2, 2, 3, 3], attrs: { window: [2, 2], strides: [2, 2], padding: [NONE, NONE] } },
  {
    note: 'overlapping',
    x: [1, 7, 7, 2],
    y: [1, 3, 3, 2],
    attrs: { window: [3, 3], strides: [2, 2], padding: [NONE, NONE] },
  },
  {
    note: 'same size',
    x: [1, 5, 4, 2],
    y: [1, 5, 4, 2],
    attrs: {
      window: [3, 2],
      strides: [1, 1],
      padding: [
        [1, 1],
        [0, 1],
      ],
    },
  },
  {
    note: 'uneven padding',
    x: [1, 5, 6, 1],
    y: [1, 3, 3, 1],
    attrs: {
      window: [3, 3],
      strides: [2, 2],
      padding: [
        [2, 0],
        [1, 1],
      ],
    },
  },
  {
    note: 'last row unseen',
    x: [1, 5, 5, 1],
    y: [1, 2, 2, 1],
    attrs: { window: [2, 2], strides: [2, 2], padding: [NONE, NONE] },
  },
  {
    note: 'gaps between windows',
    x: [1, 8, 7, 2],
    y: [1, 3, 2, 2],
    attrs: { window: [2, 1], strides: [3, 4], padding: [NONE, NONE] },
  },
  {
    note: 'whole image',
    x: [3, 3, 4, 2],
    y: [3, 1, 1, 2],
    attrs: { window: [3, 4], strides: [3, 4], padding: [NONE, NONE] },
  },
  {
    note: '3-D',
    x: [1, 4, 5, 4, 2],
    y: [1, 2, 3, 2, 2],
    attrs: { window: [2, 2, 3], strides: [2, 2, 2], padding: [NONE, [0, 1], [1, 0]] },
  },
  {
    note: 'ragged sizes',
    x: [1, 13, 11, 19],
    y: [1, 7, 6, 19],
    attrs: {
      window: [3, 3],
      strides: [2, 2],
      padding: [
        [1, 1],
        [1, 1],
      ],
    },
  },
  {
    note: 'no images',
    x: [0, 4, 4, 2],
    y: [0, 2, 2, 2],
    attrs: { window: [2, 2], strides: [2, 2], padding: [NONE, NONE] },
  },
];

/** Shuffled values that lie apart, so that finite differences meet no tie. */
export function apart(shape: Shape): { readonly shape: Shape; readonly values: readonly number[] } {
  const size = sizeOf(shape);
  // Steps of about the golden section scatter well; without a common divisor they meet every number once.
  let step = Math.ceil(size * 0.618);
  while (commonDivisor(step, size) > 1) step += 1;
  return { shape, values: Array.from({ length: size }, (_, i) => (((i * step) % size) / size) * 4 - 2) };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** The notes and attrs of every geometry with operands chosen by `inputs`. */
export function poolSamples<A extends PoolAttrs>(
  inputs: (geometry: PoolGeometry) => Sample<A>['inputs'],
  attrs: (geometry: PoolGeometry) => A,
): Sample<A>[] {
  return POOL_GEOMETRIES.map((geometry) => ({ inputs: inputs(geometry), attrs: attrs(geometry), note: geometry.note }));
}
