// Losses of whole rows: directions and distributions.
import { formatSpec, ShapeError, type Tensor } from '@nablajs/tensor';
import { alignTruth, ONE_EACH } from './align.ts';
import { Loss } from './loss.ts';

const EPSILON = 1e-7;
/** The smallest length a row is divided by. */
const SHORTEST = 1e-12;

/** `sum truth ln(truth / prediction)` over the last axis, both limited to 1e-7 to 1. */
export class KLDivergence extends Loss {
  static override readonly type: string = 'KLDivergence';

  call(truth: Tensor, prediction: Tensor): Tensor {
    requireRows(this.type, prediction);
    const p = alignTruth(this.type, truth, prediction, ONE_EACH).clip(EPSILON, 1);
    return p.mul(p.log().sub(prediction.clip(EPSILON, 1).log())).sum(-1);
  }
}

/** Minus the cosine of the angle between truth and prediction along the last axis: -1 where they point the same way. */
export class CosineSimilarity extends Loss {
  static override readonly type: string = 'CosineSimilarity';

  call(truth: Tensor, prediction: Tensor): Tensor {
    requireRows(this.type, prediction);
    const target = alignTruth(this.type, truth, prediction, ONE_EACH);
    return unit(target).mul(unit(prediction)).sum(-1).neg();
  }
}

function unit(x: Tensor): Tensor {
  return x.div(
    x
      .square()
      .sum(-1, { keepDims: true })
      .maximum(SHORTEST ** 2)
      .sqrt(),
  );
}

/**
 * `max(0, 1 + the highest score of a wrong class - the score of the true one)`: a margin between classes. Truth as one-hot
 * rows. Crammer and Singer, 2001, jmlr.org/papers/v2/crammer01a.html.
 */
export class CategoricalHinge extends Loss {
  static override readonly type: string = 'CategoricalHinge';

  call(truth: Tensor, prediction: Tensor): Tensor {
    requireRows(this.type, prediction);
    const target = alignTruth(this.type, truth, prediction, ONE_EACH);
    const right = target.mul(prediction).sum(-1);
    // As in Keras the true class stays in the race, with score 0.
    const wrong = target.neg().add(1).mul(prediction).max(-1);
    return wrong.sub(right).add(1).relu();
  }
}

function requireRows(name: string, prediction: Tensor): void {
  if (prediction.rank > 0) return;
  throw new ShapeError(
    `${name}: the prediction is ${formatSpec(prediction.spec)}, it must be rows of numbers. Use reshape.`,
  );
}
