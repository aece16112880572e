import type { Tensor } from '@nablajs/tensor';
import { type Field, nonNegative, optional, positive } from '../base/options.ts';

/** Options of the rectifier. */
export interface RectifiedOptions {
  /** Outputs stay at or below it. Default `null`: no limit. */
  readonly maxValue: number | null;
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope: number;
  /** Values at or below it count as negative. Default 0. */
  readonly threshold: number;
}

/** The rules of {@link RectifiedOptions}. */
export const RECTIFIED: { readonly [K in keyof RectifiedOptions]: Field<RectifiedOptions[K]> } = {
  maxValue: optional(positive()),
  negativeSlope: nonNegative(0),
  threshold: nonNegative(0),
};

/** `min(x, maxValue)` above the threshold, `negativeSlope * (x - threshold)` elsewhere. */
export function rectified(x: Tensor, { maxValue, negativeSlope, threshold }: RectifiedOptions): Tensor {
  if (negativeSlope === 0 && threshold === 0) {
    const y = x.relu();
    return maxValue === null ? y : y.minimum(maxValue);
  }
  const above = maxValue === null ? x : x.minimum(maxValue);
  return x.greater(threshold).where(above, x.sub(threshold).mul(negativeSlope));
}
