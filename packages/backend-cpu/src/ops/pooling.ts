import type { Attrs, Shape } from '@nablajs/tensor';
import { avgPool, avgPoolGradient, maxPool, maxPoolGradient, maxPoolPick } from '../kernels/pool/pool.ts';
import { maxPoolPairs, maxPoolPairsGradient } from '../kernels/pool/pool-pairs.ts';
import {
  type PoolShape,
  planAvgPool,
  planAvgPoolGradient,
  planMaxPool,
  planMaxPoolGradient,
  planMaxPoolPick,
} from '../kernels/pool/pool-plan.ts';
import { shrinkPoolGradients } from '../plan/pool-gradient.ts';
import type { Family } from './family.ts';
import { kernelLowering } from './lowering.ts';

const numbers = (attrs: Attrs, name: string): readonly number[] => attrs[name] as readonly number[];

function poolShape(x: Shape, attrs: Attrs): PoolShape {
  return {
    batch: x[0]!,
    input: x.slice(1, -1),
    channels: x.at(-1)!,
    window: numbers(attrs, 'window'),
    strides: numbers(attrs, 'strides'),
    padding: attrs['padding'] as PoolShape['padding'],
  };
}

/** Pools and their gradients. */
export const pooling: Family<'maxPool' | 'maxPoolGradient' | 'maxPoolPick' | 'avgPool' | 'avgPoolGradient'> = {
  kernels: [maxPool, maxPoolPairs, maxPoolGradient, maxPoolPairsGradient, maxPoolPick, avgPool, avgPoolGradient],
  pass: shrinkPoolGradients,
  rows: {
    maxPool: kernelLowering(['x'], 'y', ({ specs: [x], attrs }) => planMaxPool(poolShape(x!.shape, attrs))),
    maxPoolGradient: kernelLowering(['x', 'dy'], 'dx', ({ specs: [x], attrs }) =>
      planMaxPoolGradient(poolShape(x!.shape, attrs)),
    ),
    maxPoolPick: kernelLowering(['x', 'values'], 'y', ({ specs: [x], attrs }) =>
      planMaxPoolPick(poolShape(x!.shape, attrs)),
    ),
    avgPool: kernelLowering(['x'], 'y', ({ specs: [x], attrs }) => planAvgPool(poolShape(x!.shape, attrs))),
    avgPoolGradient: kernelLowering(['dy'], 'dx', ({ spec, attrs }) =>
      planAvgPoolGradient(poolShape(spec.shape, attrs)),
    ),
  },
};
