import type { Sample } from '../../op.ts';
import type { FlipAttrs, TransposeAttrs } from '../shape/move.ts';

/** Calls that ops of move.ts are tested with. */
export const moveSamples: {
  readonly transpose: readonly Sample<TransposeAttrs>[];
  readonly flip: readonly Sample<FlipAttrs>[];
} = {
  transpose: [
    { inputs: [[3, 5]], attrs: { permutation: [1, 0] } },
    { inputs: [[2, 3, 4]], attrs: { permutation: [2, 0, 1] } },
    { inputs: [[2, 3, 4, 5]], attrs: { permutation: [0, 3, 1, 2] } },
    { inputs: [[2, 1, 3, 2, 2]], attrs: { permutation: [4, 2, 0, 1, 3] } },
    { inputs: [{ shape: [33, 18], dtype: 'int32' }], attrs: { permutation: [1, 0] } },
    { inputs: [{ shape: [3, 5], dtype: 'bool' }], attrs: { permutation: [1, 0] } },
    { inputs: [[0, 3]], attrs: { permutation: [1, 0] } },
  ],
  flip: [
    { inputs: [[5]], attrs: { axes: [0] } },
    { inputs: [[3, 4]], attrs: { axes: [1] } },
    { inputs: [[2, 3, 4]], attrs: { axes: [0, 2] } },
    { inputs: [{ shape: [7], dtype: 'int32' }], attrs: { axes: [0] } },
    { inputs: [[0, 4]], attrs: { axes: [1] } },
  ],
};
