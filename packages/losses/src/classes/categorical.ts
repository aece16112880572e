import type { HostArray, Spec, Tensor } from '@nablajs/tensor';
import { requireRange } from '../base/config.ts';
import { logProbabilities } from '../base/logarithms.ts';
import { Loss, type LossConfig } from '../base/loss.ts';
import { requireClassNumbers } from './class-numbers.ts';
import { classAxis, classesAlong, numbersOf, oneHotLike, smoothLabels } from './classes.ts';

/** Options of {@link categoricalCrossentropy}. */
export interface CategoricalOptions {
  /** Predictions are scores before the softmax. Default `false`: they are probabilities. */
  readonly fromLogits?: boolean;
  /** This share of each label is spread evenly over all classes. 0 to 1, default 0. */
  readonly labelSmoothing?: number;
  /** The axis of the classes. Default -1, the last. */
  readonly axis?: number;
}

/**
 * `-sum_k truth_k ln(prediction_k)` of each sample, natural logarithm.
 * `[..., classes]`, `[..., classes]` -> `[...]`. Predictions are scaled to add up to 1 and kept 1e-7 away from 0 and 1,
 * as in Keras; where they are a softmax, its input is used instead, without any limit.
 * @throws ShapeError when the shapes differ
 */
export function categoricalCrossentropy(truth: Tensor, prediction: Tensor, options: CategoricalOptions = {}): Tensor {
  return fromOneHot('categoricalCrossentropy', truth, prediction, options);
}

function fromOneHot(name: string, truth: Tensor, prediction: Tensor, options: CategoricalOptions): Tensor {
  const { fromLogits = false, labelSmoothing = 0 } = options;
  const axis = classAxis(name, prediction, options.axis ?? -1);
  const labels = smoothLabels(name, truth, prediction, { axis, labelSmoothing });
  return labels
    .mul(logProbabilities(prediction, fromLogits, axis))
    .sum(axis)
    .neg();
}

/** Options of {@link sparseCategoricalCrossentropy}. */
export interface SparseCategoricalOptions {
  /** Predictions are scores before the softmax. Default `false`: they are probabilities. */
  readonly fromLogits?: boolean;
  /** Samples with this label cost nothing. Default `null`: all count. */
  readonly ignoreClass?: number | null;
  /** The axis of the classes. Default -1, the last. */
  readonly axis?: number;
}

/**
 * `-ln(prediction[truth])` of each sample, for truth given as class numbers.
 * `[...]` or `[..., 1]`, `[..., classes]` -> `[...]`. Otherwise as {@link categoricalCrossentropy}.
 * @throws ShapeError when the shapes do not go together
 */
export function sparseCategoricalCrossentropy(
  truth: Tensor,
  prediction: Tensor,
  options: SparseCategoricalOptions = {},
): Tensor {
  return fromClassNumbers('sparseCategoricalCrossentropy', truth, prediction, options);
}

function fromClassNumbers(name: string, truth: Tensor, prediction: Tensor, options: SparseCategoricalOptions): Tensor {
  const { fromLogits = false, ignoreClass = null } = options;
  const axis = classAxis(name, prediction, options.axis ?? -1);
  classesAlong(name, prediction, axis);
  const numbers = numbersOf(name, truth, prediction, axis);
  const labels = oneHotLike(numbers, prediction, axis);
  const losses = labels
    .mul(logProbabilities(prediction, fromLogits, axis))
    .sum(axis)
    .neg();
  return ignoreClass === null ? losses : numbers.notEqual(ignoreClass).where(losses, 0);
}

/** Config of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyConfig extends LossConfig, Required<CategoricalOptions> {}

/** {@link categoricalCrossentropy} as a loss: one of several classes, truth as one-hot rows or probabilities. */
export class CategoricalCrossentropy extends Loss<CategoricalCrossentropyConfig> {
  static override readonly type: string = 'CategoricalCrossentropy';
  static override readonly defaults: object = { fromLogits: false, labelSmoothing: 0, axis: -1 };

  constructor(options: Partial<CategoricalCrossentropyConfig> = {}) {
    super(options);
    requireRange(this.type, 'labelSmoothing', this.config.labelSmoothing, 0, 1);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return fromOneHot(this.type, truth, prediction, this.config);
  }
}

/** Config of {@link SparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyConfig extends LossConfig, Required<SparseCategoricalOptions> {
  /** Samples with this label are left out, of the mean too. Default `null`: all count. */
  readonly ignoreClass: number | null;
}

/** {@link sparseCategoricalCrossentropy} as a loss: one of several classes, truth as class numbers. */
export class SparseCategoricalCrossentropy extends Loss<SparseCategoricalCrossentropyConfig> {
  static override readonly type: string = 'SparseCategoricalCrossentropy';
  static override readonly defaults: object = { fromLogits: false, ignoreClass: null, axis: -1 };

  call(truth: Tensor, prediction: Tensor): Tensor {
    return fromClassNumbers(this.type, truth, prediction, this.config);
  }

  protected override counted(truth: Tensor, losses: Tensor): Tensor | null {
    const { ignoreClass } = this.config;
    return ignoreClass === null ? null : truth.cast('int32').reshape(losses.shape).notEqual(ignoreClass);
  }

  override checkLabels(labels: HostArray, truth: Spec, prediction: Spec): void {
    const { ignoreClass, axis } = this.config;
    requireClassNumbers(this.type, labels, truth, prediction.shape.at(axis) ?? 0, ignoreClass);
  }
}
