// Losses of whole rows: directions and distributions.
import { formatSpec, ShapeError, type Tensor } from '@nablajs/tensor';
import { alignTruth, ONE_EACH } from '../base/align.ts';
import { axisOf } from '../base/axes.ts';
import { Loss, type LossConfig } from '../base/loss.ts';

const EPSILON = 1e-7;
/** The smallest length a row is divided by. */
const SHORTEST = 1e-12;

/**
 * `sum truth ln(truth / prediction)` over the last axis, both limited to 1e-7 to 1.
 * @throws ShapeError when the shapes do not go together
 */
export function klDivergence(truth: Tensor, prediction: Tensor): Tensor {
  return divergence('klDivergence', truth, prediction);
}

function divergence(name: string, truth: Tensor, prediction: Tensor): Tensor {
  requireRows(name, prediction);
  const p = alignTruth(name, truth, prediction, ONE_EACH).clip(EPSILON, 1);
  return p.mul(p.log().sub(prediction.clip(EPSILON, 1).log())).sum(-1);
}

/** {@link klDivergence} as a loss. */
export class KLDivergence extends Loss {
  static override readonly type: string = 'KLDivergence';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return divergence(this.type, truth, prediction);
  }
}

/**
 * Minus the cosine of the angle between truth and prediction along an axis: -1 where they point the same way.
 * @throws ShapeError when the shapes do not go together
 */
export function cosineSimilarity(truth: Tensor, prediction: Tensor, axis: number = -1): Tensor {
  return similarity('cosineSimilarity', truth, prediction, axis);
}

function similarity(name: string, truth: Tensor, prediction: Tensor, axis: number): Tensor {
  requireRows(name, prediction);
  const along = axisOf(name, axis, prediction.rank);
  const target = alignTruth(name, truth, prediction, ONE_EACH);
  return unit(target, along).mul(unit(prediction, along)).sum(along).neg();
}

function unit(x: Tensor, axis: number): Tensor {
  const square = x.square().sum(axis, { keepDims: true });
  return x.div(square.maximum(SHORTEST ** 2).sqrt());
}

/** Config of {@link CosineSimilarity}. */
export interface CosineSimilarityConfig extends LossConfig {
  /** The axis the vectors lie along. Default -1, the last. */
  readonly axis: number;
}

/** {@link cosineSimilarity} as a loss. */
export class CosineSimilarity extends Loss<CosineSimilarityConfig> {
  static override readonly type: string = 'CosineSimilarity';
  static override readonly defaults: object = { axis: -1 };

  call(truth: Tensor, prediction: Tensor): Tensor {
    return similarity(this.type, truth, prediction, this.config.axis);
  }
}

/**
 * `max(0, 1 + the highest score of a wrong class - the score of the true one)`: a margin between classes. Truth as one-hot
 * rows. Crammer and Singer, 2001, jmlr.org/papers/v2/crammer01a.html.
 * @throws ShapeError when the shapes do not go together
 */
export function categoricalHinge(truth: Tensor, prediction: Tensor): Tensor {
  return lead('categoricalHinge', truth, prediction);
}

function lead(name: string, truth: Tensor, prediction: Tensor): Tensor {
  requireRows(name, prediction);
  const target = alignTruth(name, truth, prediction, ONE_EACH);
  const right = target.mul(prediction).sum(-1);
  // As in Keras the true class stays in the race, with score 0.
  const wrong = target.neg().add(1).mul(prediction).max(-1);
  return wrong.sub(right).add(1).relu();
}

/** {@link categoricalHinge} as a loss. */
export class CategoricalHinge extends Loss {
  static override readonly type: string = 'CategoricalHinge';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return lead(this.type, truth, prediction);
  }
}

function requireRows(name: string, prediction: Tensor): void {
  if (prediction.rank > 0) return;
  throw new ShapeError(
    `${name}: the prediction is ${formatSpec(prediction.spec)}, it must be rows of numbers. Use reshape.`,
  );
}
