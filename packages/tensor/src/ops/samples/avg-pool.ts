import type { Sample } from '../../op.ts';
import type { AvgPoolGradientAttrs } from '../avg-pool.ts';
import type { PoolAttrs } from '../pool.ts';
import { spatialOf } from '../spatial.ts';
import { poolSamples } from './pool.ts';

/** Calls that ops of avg-pool.ts are tested with. */
export const avgPoolSamples: {
  readonly avgPool: readonly Sample<PoolAttrs>[];
  readonly avgPoolGradient: readonly Sample<AvgPoolGradientAttrs>[];
} = {
  avgPool: [
    ...poolSamples(
      ({ x }) => [x],
      ({ attrs }) => attrs,
    ),
    {
      inputs: [{ shape: [1, 6, 1], values: [1, Number.NaN, 2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3] }],
      attrs: { window: [2], strides: [2], padding: [[0, 0]] },
      gradient: false,
      note: 'special values',
    },
  ],
  avgPoolGradient: poolSamples(
    ({ y }) => [y],
    ({ x, attrs }) => ({ ...attrs, inputShape: spatialOf(x) }),
  ),
};
