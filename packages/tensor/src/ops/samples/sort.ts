import type { Sample } from '../../op.ts';
import type { ArgsortAttrs } from '../sort.ts';

/** Calls that ops of sort.ts are tested with. */
export const sortSamples: Readonly<Record<string, readonly Sample<ArgsortAttrs>[]>> = {
  argsort: [
    { inputs: [[3, 5]], attrs: { axis: 1, descending: false } },
    { inputs: [[3, 5]], attrs: { axis: 1, descending: true } },
    { inputs: [[2, 7, 3]], attrs: { axis: 1, descending: false } },
    { inputs: [[5, 2]], attrs: { axis: 0, descending: true } },
    {
      inputs: [{ shape: [8], values: [2, 1, 2, 0, -0, 1, 2, 0] }],
      attrs: { axis: 0, descending: false },
      note: 'equals keep their order',
    },
    {
      inputs: [{ shape: [8], values: [2, 1, 2, 0, -0, 1, 2, 0] }],
      attrs: { axis: 0, descending: true },
      note: 'equals keep their order',
    },
    ...[false, true].map((descending) => ({
      inputs: [
        { shape: [6], values: [Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NaN, Number.NEGATIVE_INFINITY, -1] },
      ],
      attrs: { axis: 0, descending },
      note: 'NaN last',
    })),
    {
      inputs: [{ shape: [4, 9], dtype: 'int32' as const, range: [-3, 3] as const }],
      attrs: { axis: 1, descending: true },
    },
    { inputs: [[2, 300]], attrs: { axis: 1, descending: false } },
    { inputs: [[3, 0]], attrs: { axis: 1, descending: false } },
    { inputs: [[1, 1]], attrs: { axis: 1, descending: false } },
  ],
};
