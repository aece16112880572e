import { softplus, type Tensor } from '@nablajs/tensor';
import { alignTruth, ONE_EACH } from './align.ts';
import { requireRange } from './config.ts';
import { Loss, type LossConfig } from './loss.ts';
import { perSample } from './per-sample.ts';

function errorOf(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return prediction.sub(alignTruth(name, truth, prediction, ONE_EACH));
}

/**
 * `(prediction - truth)^2`, averaged over the last axis. `[batch, numbers]` -> `[batch]`; `[batch]` stays `[batch]`.
 * @throws ShapeError when the shapes do not go together
 */
export function meanSquaredError(truth: Tensor, prediction: Tensor): Tensor {
  return squared('meanSquaredError', truth, prediction);
}

function squared(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return perSample(errorOf(name, truth, prediction).square());
}

/** {@link meanSquaredError} as a loss. */
export class MeanSquaredError extends Loss {
  static override readonly type: string = 'MeanSquaredError';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return squared(this.type, truth, prediction);
  }
}

/**
 * `|prediction - truth|`, averaged over the last axis: outliers pull less than under the squared error.
 * @throws ShapeError when the shapes do not go together
 */
export function meanAbsoluteError(truth: Tensor, prediction: Tensor): Tensor {
  return absolute('meanAbsoluteError', truth, prediction);
}

function absolute(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return perSample(errorOf(name, truth, prediction).abs());
}

/** {@link meanAbsoluteError} as a loss. */
export class MeanAbsoluteError extends Loss {
  static override readonly type: string = 'MeanAbsoluteError';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return absolute(this.type, truth, prediction);
  }
}

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

/**
 * `ln(cosh(e))`, averaged over the last axis: a Huber loss without a seam. Computed as `e + softplus(-2 e) - ln 2`.
 * @throws ShapeError when the shapes do not go together
 */
export function logCosh(truth: Tensor, prediction: Tensor): Tensor {
  return logCoshOf('logCosh', truth, prediction);
}

function logCoshOf(name: string, truth: Tensor, prediction: Tensor): Tensor {
  const error = errorOf(name, truth, prediction);
  return perSample(error.add(softplus(error.mul(-2))).sub(Math.LN2));
}

/** {@link logCosh} as a loss. */
export class LogCosh extends Loss {
  static override readonly type: string = 'LogCosh';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return logCoshOf(this.type, truth, prediction);
  }
}
