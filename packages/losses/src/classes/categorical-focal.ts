import { ConfigError, fromData, type Tensor } from '@nablajs/tensor';
import { requireRange } from '../base/config.ts';
import { logProbabilities } from '../base/logarithms.ts';
import { Loss, type LossConfig } from '../base/loss.ts';
import type { CategoricalOptions } from './categorical.ts';
import { classAxis, classesAlong, smoothLabels } from './classes.ts';

/** Options of {@link categoricalFocalCrossentropy}. */
export interface CategoricalFocalOptions extends CategoricalOptions {
  /** A factor on all classes, or one for each. Default 0.25. */
  readonly alpha?: number | readonly number[];
  /** How much what is already right fades. Default 2. */
  readonly gamma?: number;
}

/**
 * `-sum_k alpha (1 - p_k)^gamma truth_k ln(p_k)` of each sample: what is already right counts little. Otherwise as
 * `categoricalCrossentropy`. Lin et al., 2017, arXiv:1708.02002.
 * @throws ShapeError when the shapes differ
 */
export function categoricalFocalCrossentropy(
  truth: Tensor,
  prediction: Tensor,
  options: CategoricalFocalOptions = {},
): Tensor {
  return focal('categoricalFocalCrossentropy', truth, prediction, options);
}

function focal(name: string, truth: Tensor, prediction: Tensor, options: CategoricalFocalOptions): Tensor {
  const { alpha = 0.25, gamma = 2, fromLogits = false, labelSmoothing = 0 } = options;
  const axis = classAxis(name, prediction, options.axis ?? -1);
  const labels = smoothLabels(name, truth, prediction, { axis, labelSmoothing });
  const logs = logProbabilities(prediction, fromLogits, axis);
  const losses = logs.expm1().neg().pow(gamma).mul(labels).mul(logs).neg();
  return losses.mul(typeof alpha === 'number' ? alpha : perClass(name, alpha, prediction, axis)).sum(axis);
}

function perClass(name: string, alpha: readonly number[], prediction: Tensor, axis: number): Tensor {
  const classes = classesAlong(name, prediction, axis);
  if (alpha.length !== classes) {
    throw new ConfigError(
      `${name}: there are ${classes} classes, got ${alpha.length} alphas. Give one each, or a number for all.`,
    );
  }
  const shape = prediction.shape.map((size, i) => (i === axis ? size : 1));
  return fromData(Float32Array.from(alpha), shape).cast(prediction.dtype);
}

/** Config of {@link CategoricalFocalCrossentropy}. */
export interface CategoricalFocalCrossentropyConfig extends LossConfig, Required<CategoricalFocalOptions> {}

/** {@link categoricalFocalCrossentropy} as a loss: for classes of very different sizes. */
export class CategoricalFocalCrossentropy extends Loss<CategoricalFocalCrossentropyConfig> {
  static override readonly type: string = 'CategoricalFocalCrossentropy';
  static override readonly defaults: object = { alpha: 0.25, gamma: 2, fromLogits: false, labelSmoothing: 0, axis: -1 };

  constructor(options: Partial<CategoricalFocalCrossentropyConfig> = {}) {
    super(options);
    requireRange(this.type, 'labelSmoothing', this.config.labelSmoothing, 0, 1);
    requireRange(this.type, 'gamma', this.config.gamma, 0, Number.POSITIVE_INFINITY);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return focal(this.type, truth, prediction, this.config);
  }
}
