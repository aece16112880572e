import type { Sample } from '../../op.ts';
import type { MatmulAttrs } from '../matmul.ts';

/** Calls that ops of matmul.ts are tested with. */
export const matmulSamples: Readonly<Record<string, readonly Sample<MatmulAttrs>[]>> = {
  matmul: [
    ...[false, true].flatMap((transposeA) =>
      [false, true].map((transposeB) => ({
        inputs: [transposeA ? [5, 7] : [7, 5], transposeB ? [3, 5] : [5, 3]],
        attrs: { transposeA, transposeB },
        tolerance: 1e-4,
      })),
    ),
    {
      inputs: [
        [1, 9],
        [9, 1],
      ],
      attrs: { transposeA: false, transposeB: false },
      tolerance: 1e-4,
    },
    {
      inputs: [
        [2, 3, 4, 5],
        [2, 3, 5, 6],
      ],
      attrs: { transposeA: false, transposeB: false },
      tolerance: 1e-4,
      note: 'batched',
    },
    {
      inputs: [
        [3, 5, 4],
        [3, 6, 5],
      ],
      attrs: { transposeA: true, transposeB: true },
      tolerance: 1e-4,
      note: 'batched',
    },
    {
      inputs: [
        [0, 3],
        [3, 2],
      ],
      attrs: { transposeA: false, transposeB: false },
      note: 'no rows',
    },
    {
      inputs: [
        [2, 0],
        [0, 3],
      ],
      attrs: { transposeA: false, transposeB: false },
      note: 'empty sum',
    },
    {
      inputs: [
        [67, 33],
        [33, 41],
      ],
      attrs: { transposeA: false, transposeB: false },
      tolerance: 1e-4,
      gradient: false,
    },
    {
      inputs: [
        [130, 260],
        [260, 19],
      ],
      attrs: { transposeA: false, transposeB: false },
      tolerance: 1e-4,
      gradient: false,
    },
    {
      inputs: [
        { shape: [2, 2], values: [1, Number.NaN, 0, 1] },
        { shape: [2, 2], values: [1, 0, Number.POSITIVE_INFINITY, 1] },
      ],
      attrs: { transposeA: false, transposeB: false },
      gradient: false,
      note: 'special values',
    },
  ],
};
