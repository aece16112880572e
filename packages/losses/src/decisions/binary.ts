import type { HostArray, Spec, Tensor } from '@nablajs/tensor';
import { perSample } from '../base/align.ts';
import { axisOf } from '../base/axes.ts';
import { requireRange } from '../base/config.ts';
import { Loss, type LossConfig } from '../base/loss.ts';
import { decisions } from './decisions.ts';
import { requireProbabilities } from './probabilities.ts';

/** Options of {@link binaryCrossentropy}. */
export interface BinaryOptions {
  /** Predictions are scores before the sigmoid. Default `false`: they are probabilities. */
  readonly fromLogits?: boolean;
  /** Labels are moved towards 0.5 by this share of the way. 0 to 1, default 0. */
  readonly labelSmoothing?: number;
  /** The axis that is averaged. Default -1, the last. */
  readonly axis?: number;
}

/**
 * `-(truth ln(prediction) + (1 - truth) ln(1 - prediction))`, averaged over the last axis.
 * `[..., decisions]`, `[..., decisions]` -> `[...]`; `[batch]` stays `[batch]`. Predictions are kept 1e-7 away from 0
 * and 1, as in Keras; where they are a sigmoid, its input is used instead, without any limit.
 * @throws ShapeError when the shapes do not go together
 */
export function binaryCrossentropy(truth: Tensor, prediction: Tensor, options: BinaryOptions = {}): Tensor {
  return averaged('binaryCrossentropy', truth, prediction, options);
}

function averaged(name: string, truth: Tensor, prediction: Tensor, options: BinaryOptions): Tensor {
  const { axis = -1 } = options;
  return perSample(decisions(name, truth, prediction, options).losses, axisOf(name, axis, prediction.rank));
}

/** Config of {@link BinaryCrossentropy}. */
export interface BinaryCrossentropyConfig extends LossConfig, Required<BinaryOptions> {}

/** {@link binaryCrossentropy} as a loss: yes-or-no decisions, one or several per sample. */
export class BinaryCrossentropy extends Loss<BinaryCrossentropyConfig> {
  static override readonly type: string = 'BinaryCrossentropy';
  static override readonly defaults: object = { fromLogits: false, labelSmoothing: 0, axis: -1 };

  constructor(options: Partial<BinaryCrossentropyConfig> = {}) {
    super(options);
    requireRange(this.type, 'labelSmoothing', this.config.labelSmoothing, 0, 1);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return averaged(this.type, truth, prediction, this.config);
  }

  override checkLabels(labels: HostArray, truth: Spec, _prediction: Spec): void {
    requireProbabilities(this.type, labels, truth);
  }
}
