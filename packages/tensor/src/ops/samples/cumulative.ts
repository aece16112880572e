import type { Sample } from '../../op.ts';
import type { CumsumAttrs } from '../cumulative.ts';

/** Calls that ops of cumulative.ts are tested with. */
export const cumulativeSamples: Readonly<Record<string, readonly Sample<CumsumAttrs>[]>> = {
  cumsum: [
    ...[false, true].flatMap((exclusive) =>
      [false, true].map((reverse) => ({ inputs: [[3, 5]], attrs: { axis: 1, exclusive, reverse } })),
    ),
    { inputs: [[4, 3]], attrs: { axis: 0, exclusive: false, reverse: false } },
    { inputs: [[2, 5, 3]], attrs: { axis: 1, exclusive: true, reverse: true } },
    { inputs: [[7]], attrs: { axis: 0, exclusive: false, reverse: false } },
    { inputs: [[3, 67]], attrs: { axis: 1, exclusive: false, reverse: false }, tolerance: 1e-4 },
    { inputs: [[3, 1]], attrs: { axis: 1, exclusive: true, reverse: false } },
    { inputs: [{ shape: [6], dtype: 'int32', range: [-9, 9] }], attrs: { axis: 0, exclusive: false, reverse: true } },
    { inputs: [[0, 3]], attrs: { axis: 0, exclusive: false, reverse: false } },
    { inputs: [[3, 0]], attrs: { axis: 0, exclusive: true, reverse: false } },
    {
      inputs: [{ shape: [6], values: [1, 2, Number.POSITIVE_INFINITY, 3, Number.NEGATIVE_INFINITY, 4] }],
      attrs: { axis: 0, exclusive: false, reverse: false },
      gradient: false,
      note: 'special values',
    },
  ],
};
