import type { Sample } from '../../op.ts';
import type { NoAttrs } from '../elementwise/define.ts';

function pairs(a: readonly [number, number], b: readonly [number, number]): readonly Sample<NoAttrs>[] {
  return [
    {
      inputs: [
        { shape: [3, 5], range: a },
        { shape: [3, 5], range: b },
      ],
      attrs: {},
    },
    {
      inputs: [
        { shape: [3, 5], range: a },
        { shape: [5], range: b },
      ],
      attrs: {},
      note: 'row',
    },
    {
      inputs: [
        { shape: [3, 1], range: a },
        { shape: [1, 5], range: b },
      ],
      attrs: {},
      note: 'outer',
    },
    {
      inputs: [
        { shape: [], range: a },
        { shape: [2, 3, 7], range: b },
      ],
      attrs: {},
      note: 'scalar',
    },
    {
      inputs: [
        { shape: [2, 1, 7], range: a },
        { shape: [3, 1], range: b },
      ],
      attrs: {},
      note: 'middle',
    },
    {
      inputs: [
        [0, 3],
        [1, 3],
      ],
      attrs: {},
      note: 'empty',
    },
  ];
}

const E = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

const SPECIAL: Sample<NoAttrs> = {
  inputs: [
    { shape: [7, 1], values: E },
    { shape: [1, 7], values: E },
  ],
  attrs: {},
  gradient: false,
  note: 'special values',
};

const INTEGERS: Sample<NoAttrs> = {
  inputs: [
    { shape: [11, 1], dtype: 'int32', range: [-6, 6] },
    { shape: [1, 7], dtype: 'int32', range: [-4, 4] },
  ],
  attrs: {},
  gradient: false,
  note: 'integers',
};

/** Calls that ops of binary.ts are tested with. */
export const binarySamples: Readonly<Record<string, readonly Sample<NoAttrs>[]>> = {
  add: [...pairs([-2, 2], [-2, 2]), SPECIAL, INTEGERS],
  sub: [...pairs([-2, 2], [-2, 2]), SPECIAL, INTEGERS],
  mul: [...pairs([-2, 2], [-2, 2]), SPECIAL, INTEGERS],
  div: [...pairs([-2, 2], [0.4, 2]), SPECIAL],
  pow: [...pairs([0.3, 2], [-2, 2]), { ...SPECIAL, tolerance: 1e-4 }],
  maximum: [...pairs([-2, 0], [0.2, 2]), ...pairs([0.2, 2], [-2, 0]), { ...SPECIAL, note: 'special values' }, INTEGERS],
  minimum: [...pairs([-2, 0], [0.2, 2]), ...pairs([0.2, 2], [-2, 0]), SPECIAL, INTEGERS],
  floorDiv: [
    {
      inputs: [
        { shape: [5], values: [7.5, -7.5, 3, -3, 0.5] },
        { shape: [1], values: [2] },
      ],
      attrs: {},
    },
    INTEGERS,
  ],
  mod: [
    {
      inputs: [
        { shape: [5], values: [7.5, -7.5, 3.5, -3.5, 0.5] },
        { shape: [1], values: [2] },
      ],
      attrs: {},
    },
    INTEGERS,
  ],
};
