// Scores that must be right by a margin.
import { type HostArray, type Spec, softplus, type Tensor } from '@nablajs/tensor';
import { alignTruth, ONE_EACH, perSample } from '../base/align.ts';
import { requireRange } from '../base/config.ts';
import { Loss, type LossConfig } from '../base/loss.ts';
import { requireClassNumbers } from './class-numbers.ts';
import { classAxis, classesAlong, numbersOf, oneHotLike } from './classes.ts';

/**
 * `ln(1 + exp(-truth prediction))`, averaged over the last axis: a hinge without a corner. Labels -1 and 1, same shapes.
 * @throws ShapeError when the shapes do not go together
 */
export function softMargin(truth: Tensor, prediction: Tensor): Tensor {
  return soft('softMargin', truth, prediction);
}

function soft(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return perSample(softplus(alignTruth(name, truth, prediction, ONE_EACH).mul(prediction).neg()));
}

/** {@link softMargin} as a loss. */
export class SoftMargin extends Loss {
  static override readonly type: string = 'SoftMargin';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return soft(this.type, truth, prediction);
  }
}

/** Options of {@link multiMargin}. */
export interface MultiMarginOptions {
  /** 1 or 2: the power of each shortfall. Default 1. */
  readonly p?: number;
  /** By how much the true class must lead. Default 1. */
  readonly margin?: number;
}

/**
 * `sum max(0, margin - score of the true class + score of another)^p / classes` over all others. Class numbers `[...]` or
 * `[..., 1]`, scores `[..., classes]` -> `[...]`.
 * @throws ShapeError when the shapes do not go together
 */
export function multiMargin(truth: Tensor, prediction: Tensor, options: MultiMarginOptions = {}): Tensor {
  return multi('multiMargin', truth, prediction, options);
}

function multi(name: string, truth: Tensor, prediction: Tensor, { p = 1, margin = 1 }: MultiMarginOptions): Tensor {
  const axis = classAxis(name, prediction, -1);
  const classes = classesAlong(name, prediction, axis);
  const labels = oneHotLike(numbersOf(name, truth, prediction, axis), prediction, axis);
  const right = prediction.mul(labels).sum(-1, { keepDims: true });
  const short = prediction.sub(right).add(margin).relu();
  const others = labels.neg().add(1);
  return (p === 1 ? short : short.pow(p)).mul(others).sum(-1).div(classes);
}

/** Config of {@link MultiMargin}. */
export interface MultiMarginConfig extends LossConfig, Required<MultiMarginOptions> {}

/** {@link multiMargin} as a loss: a hinge for several classes. */
export class MultiMargin extends Loss<MultiMarginConfig> {
  static override readonly type: string = 'MultiMargin';
  static override readonly defaults: object = { p: 1, margin: 1 };

  constructor(options: Partial<MultiMarginConfig> = {}) {
    super(options);
    requireRange(this.type, 'p', this.config.p, 1, 2);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return multi(this.type, truth, prediction, this.config);
  }

  override checkLabels(labels: HostArray, truth: Spec, prediction: Spec): void {
    requireClassNumbers(this.type, labels, truth, prediction.shape.at(-1) ?? 0);
  }
}

/**
 * `sum max(0, 1 - score of a true class + score of another) / classes` over all pairs of a true class and another. Truth as
 * 0 and 1, same shapes `[..., classes]` -> `[...]`.
 * @throws ShapeError when the shapes do not go together
 */
export function multiLabelMargin(truth: Tensor, prediction: Tensor): Tensor {
  return multiLabel('multiLabelMargin', truth, prediction);
}

function multiLabel(name: string, truth: Tensor, prediction: Tensor): Tensor {
  const axis = classAxis(name, prediction, -1);
  const classes = classesAlong(name, prediction, axis);
  const labels = alignTruth(name, truth, prediction, ONE_EACH);
  // [..., true class, other class]
  const short = prediction.expandDims(-2).sub(prediction.expandDims(-1)).add(1).relu();
  const pairs = labels.expandDims(-1).mul(labels.neg().add(1).expandDims(-2));
  return short.mul(pairs).sum([-2, -1]).div(classes);
}

/** {@link multiLabelMargin} as a loss. */
export class MultiLabelMargin extends Loss {
  static override readonly type: string = 'MultiLabelMargin';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return multiLabel(this.type, truth, prediction);
  }
}

/**
 * The prediction itself where the label is 1, `max(0, margin - prediction)` where it is -1, averaged over the last axis: for
 * distances. Same shapes.
 * @throws ShapeError when the shapes do not go together
 */
export function hingeEmbedding(truth: Tensor, prediction: Tensor, margin: number = 1): Tensor {
  return embedding('hingeEmbedding', truth, prediction, margin);
}

function embedding(name: string, truth: Tensor, prediction: Tensor, margin: number): Tensor {
  const isAlike = alignTruth(name, truth, prediction, ONE_EACH).greater(0);
  return perSample(isAlike.where(prediction, prediction.neg().add(margin).relu()));
}

/** Config of {@link HingeEmbedding}. */
export interface HingeEmbeddingConfig extends LossConfig {
  /** How far apart is far enough. Default 1. */
  readonly margin: number;
}

/** {@link hingeEmbedding} as a loss. */
export class HingeEmbedding extends Loss<HingeEmbeddingConfig> {
  static override readonly type: string = 'HingeEmbedding';
  static override readonly defaults: object = { margin: 1 };

  call(truth: Tensor, prediction: Tensor): Tensor {
    return embedding(this.type, truth, prediction, this.config.margin);
  }
}
