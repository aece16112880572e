import type { Tensor } from '@nablajs/tensor';
import { errorOf, perSample } from '../base/align.ts';
import { requireRange } from '../base/config.ts';
import { Loss, type LossConfig } from '../base/loss.ts';

/**
 * Half the squared error up to `delta`, growing linearly beyond: `delta |e| - delta^2 / 2`. Averaged over the last axis.
 * Divided by `delta` it is PyTorch's `SmoothL1Loss` with that `beta`. Huber, 1964, doi:10.1214/aoms/1177703732.
 * @throws ShapeError when the shapes do not go together
 */
export function huber(truth: Tensor, prediction: Tensor, delta: number = 1): Tensor {
  return huberOf('huber', truth, prediction, delta);
}

function huberOf(name: string, truth: Tensor, prediction: Tensor, delta: number): Tensor {
  const size = errorOf(name, truth, prediction).abs();
  // The part of the error inside the parabola; equal to min(e, delta)^2 / 2 + delta (e - min(e, delta)).
  const inside = size.minimum(delta);
  return perSample(inside.mul(size.sub(inside.mul(0.5))));
}

/** Config of {@link Huber}. */
export interface HuberConfig extends LossConfig {
  /** Where the parabola turns into a line. Default 1. */
  readonly delta: number;
}

/** {@link huber} as a loss. */
export class Huber extends Loss<HuberConfig> {
  static override readonly type: string = 'Huber';
  static override readonly defaults: object = { delta: 1 };

  constructor(options: Partial<HuberConfig> = {}) {
    super(options);
    requireRange(this.type, 'delta', this.config.delta, 0, Number.POSITIVE_INFINITY);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return huberOf(this.type, truth, prediction, this.config.delta);
  }
}
