import type { Sample } from '../../op.ts';
import type { PoolAttrs } from '../pool.ts';
import { apart, poolSamples } from './pool.ts';

const SPECIAL = [
  1,
  Number.NaN,
  -1,
  2,
  Number.NEGATIVE_INFINITY,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

const SPECIAL_ATTRS: PoolAttrs = { window: [2], strides: [2], padding: [[0, 0]] };

const TIES: PoolAttrs = {
  window: [2, 2],
  strides: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
};

function special(...others: readonly number[][]): Sample<PoolAttrs> {
  return {
    inputs: [{ shape: [1, 8, 1], values: SPECIAL }, ...others],
    attrs: SPECIAL_ATTRS,
    gradient: false,
    note: 'special values',
  };
}

function ties(...others: readonly number[][]): Sample<PoolAttrs> {
  const values = [1, 1, 0, 1, 1, 2, 0, 2, 2];
  return {
    inputs: [{ shape: [1, 3, 3, 1], values }, ...others],
    attrs: TIES,
    gradient: false,
    note: 'the first of equals',
  };
}

/** Calls that ops of max-pool.ts are tested with. */
export const maxPoolSamples: Readonly<Record<string, readonly Sample<PoolAttrs>[]>> = {
  maxPool: [
    ...poolSamples(
      ({ x }) => [apart(x)],
      ({ attrs }) => attrs,
    ),
    special(),
    ties(),
  ],
  maxPoolGradient: [
    ...poolSamples(
      ({ x, y }) => [apart(x), y],
      ({ attrs }) => attrs,
    ),
    special([1, 4, 1]),
    ties([1, 2, 2, 1]),
  ],
  maxPoolPick: [
    ...poolSamples(
      ({ x }) => [apart(x), x],
      ({ attrs }) => attrs,
    ),
    special([1, 8, 1]),
    ties([1, 3, 3, 1]),
  ],
};
