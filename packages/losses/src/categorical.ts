import { formatSpec, type HostArray, oneHot, ShapeError, type Spec, sameShape, type Tensor } from '@nablajs/tensor';
import { mismatch } from './align.ts';
import { requireRange } from './config.ts';
import { requireClassNumbers } from './labels.ts';
import { logProbabilities } from './logarithms.ts';
import { Loss, type LossConfig } from './loss.ts';

/** Options of {@link categoricalCrossentropy}. */
export interface CategoricalOptions {
  /** Predictions are scores before the softmax. Default `false`: they are probabilities. */
  readonly fromLogits?: boolean;
  /** This share of each label is spread evenly over all classes. 0 to 1, default 0. */
  readonly labelSmoothing?: number;
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

function fromOneHot(
  name: string,
  truth: Tensor,
  prediction: Tensor,
  { fromLogits = false, labelSmoothing = 0 }: CategoricalOptions,
): Tensor {
  requireRange(name, 'labelSmoothing', labelSmoothing, 0, 1);
  const classes = requireClasses(name, prediction);
  if (!sameShape(truth.shape, prediction.shape)) {
    const cure =
      truth.rank === prediction.rank && truth.shape.at(-1) !== 1
        ? `There must be one number per class on both sides: give the last layer ${truth.shape.at(-1)} units, or the labels ${classes} columns.`
        : `Each sample needs ${classes} numbers, one per class: for class numbers use SparseCategoricalCrossentropy, or oneHot(truth, ${classes}).`;
    throw mismatch(name, truth, prediction, cure);
  }
  const labels = truth.cast(prediction.dtype);
  const smooth = labelSmoothing === 0 ? labels : labels.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  return smooth.mul(logProbabilities(prediction, fromLogits)).sum(-1).neg();
}

/** Options of {@link sparseCategoricalCrossentropy}. */
export interface SparseCategoricalOptions {
  /** Predictions are scores before the softmax. Default `false`: they are probabilities. */
  readonly fromLogits?: boolean;
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

function fromClassNumbers(
  name: string,
  truth: Tensor,
  prediction: Tensor,
  { fromLogits = false }: SparseCategoricalOptions,
): Tensor {
  const classes = requireClasses(name, prediction);
  const samples = prediction.shape.slice(0, -1);
  if (!sameShape(truth.shape, samples) && !sameShape(truth.shape, [...samples, 1])) {
    const cure = sameShape(truth.shape, prediction.shape)
      ? 'For one-hot rows or probabilities use CategoricalCrossentropy.'
      : 'Each sample needs one class number: the shape of the prediction without its last axis.';
    throw mismatch(name, truth, prediction, cure);
  }
  const labels = oneHot(truth.cast('int32').reshape(samples), classes, prediction.dtype);
  return labels.mul(logProbabilities(prediction, fromLogits)).sum(-1).neg();
}

function requireClasses(name: string, prediction: Tensor): number {
  const classes = prediction.shape.at(-1) ?? 0;
  if (classes > 1) return classes;
  throw new ShapeError(
    `${name}: the prediction is ${formatSpec(prediction.spec)}, its last axis must hold two classes or more. ` +
      'For a single yes-or-no unit use BinaryCrossentropy.',
  );
}

/** Config of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyConfig extends LossConfig {
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
}

/** {@link categoricalCrossentropy} as a loss: one of several classes, truth as one-hot rows or probabilities. */
export class CategoricalCrossentropy extends Loss<CategoricalCrossentropyConfig> {
  static override readonly type: string = 'CategoricalCrossentropy';
  static override readonly defaults: object = { fromLogits: false, labelSmoothing: 0 };

  constructor(options: Partial<CategoricalCrossentropyConfig> = {}) {
    super(options);
    requireRange(this.type, 'labelSmoothing', this.config.labelSmoothing, 0, 1);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return fromOneHot(this.type, truth, prediction, this.config);
  }
}

/** Config of {@link SparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyConfig extends LossConfig {
  readonly fromLogits: boolean;
}

/** {@link sparseCategoricalCrossentropy} as a loss: one of several classes, truth as class numbers. */
export class SparseCategoricalCrossentropy extends Loss<SparseCategoricalCrossentropyConfig> {
  static override readonly type: string = 'SparseCategoricalCrossentropy';
  static override readonly defaults: object = { fromLogits: false };

  call(truth: Tensor, prediction: Tensor): Tensor {
    return fromClassNumbers(this.type, truth, prediction, this.config);
  }

  override checkLabels(labels: HostArray, truth: Spec, prediction: Spec): void {
    requireClassNumbers(this.type, labels, truth, prediction.shape.at(-1) ?? 0);
  }
}
