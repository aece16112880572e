import type { HostArray, Spec, Tensor } from '@nablajs/tensor';
import { perSample } from '../base/align.ts';
import { axisOf } from '../base/axes.ts';
import { requireRange } from '../base/config.ts';
import { Loss, type LossConfig } from '../base/loss.ts';
import type { BinaryOptions } from './binary.ts';
import { decisions } from './decisions.ts';
import { requireProbabilities } from './probabilities.ts';

/** Options of {@link binaryFocalCrossentropy}. */
export interface BinaryFocalOptions extends BinaryOptions {
  /** How much easy decisions fade. 0 is the plain crossentropy, default 2. */
  readonly gamma?: number;
  /** Weigh yes with `alpha` and no with `1 - alpha`. Default `false`. */
  readonly applyClassBalancing?: boolean;
  /** The weight of yes. 0 to 1, default 0.25. */
  readonly alpha?: number;
}

/**
 * `-(1 - p_t)^gamma ln(p_t)`, averaged over the last axis, where `p_t` is the probability given to the truth: what is
 * already right counts little. Otherwise as `binaryCrossentropy`. Lin et al., 2017, arXiv:1708.02002.
 * @throws ShapeError when the shapes do not go together
 */
export function binaryFocalCrossentropy(truth: Tensor, prediction: Tensor, options: BinaryFocalOptions = {}): Tensor {
  return focal('binaryFocalCrossentropy', truth, prediction, options);
}

function focal(name: string, truth: Tensor, prediction: Tensor, options: BinaryFocalOptions): Tensor {
  const { gamma = 2, applyClassBalancing = false, alpha = 0.25, axis = -1 } = options;
  const { losses, target, probability } = decisions(name, truth, prediction, options);
  const opposite = target.neg().add(1);
  // The probability given to what is not the truth, 1 - p_t.
  const missed = target.mul(probability.neg().add(1)).add(opposite.mul(probability));
  const faded = losses.mul(missed.pow(gamma));
  const weight = target.mul(alpha).add(opposite.mul(1 - alpha));
  return perSample(applyClassBalancing ? faded.mul(weight) : faded, axisOf(name, axis, prediction.rank));
}

/** Config of {@link BinaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyConfig extends LossConfig, Required<BinaryFocalOptions> {}

/** {@link binaryFocalCrossentropy} as a loss: for yes-or-no decisions where one answer is rare. */
export class BinaryFocalCrossentropy extends Loss<BinaryFocalCrossentropyConfig> {
  static override readonly type: string = 'BinaryFocalCrossentropy';
  static override readonly defaults: object = {
    applyClassBalancing: false,
    alpha: 0.25,
    gamma: 2,
    fromLogits: false,
    labelSmoothing: 0,
    axis: -1,
  };

  constructor(options: Partial<BinaryFocalCrossentropyConfig> = {}) {
    super(options);
    requireRange(this.type, 'labelSmoothing', this.config.labelSmoothing, 0, 1);
    requireRange(this.type, 'alpha', this.config.alpha, 0, 1);
    requireRange(this.type, 'gamma', this.config.gamma, 0, Number.POSITIVE_INFINITY);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return focal(this.type, truth, prediction, this.config);
  }

  override checkLabels(labels: HostArray, truth: Spec, _prediction: Spec): void {
    requireProbabilities(this.type, labels, truth);
  }
}
