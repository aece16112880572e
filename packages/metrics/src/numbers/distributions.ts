// Predictions that are distributions: probabilities of classes, or members of an ensemble.
import type { Tensor } from '@nablajs/tensor';
import { MeanMetric } from '../base/mean.ts';
import { classesOf, likePrediction, mismatch } from '../base/truth.ts';
import { ratio } from '../base/weight.ts';

/**
 * The mean over rows of `(KL(p | m) + KL(q | m)) / 2`, where `m` is halfway between truth and prediction: 0 to ln 2, and finite
 * where one of them is 0. Rows are scaled to the sum 1. Lin, 1991, doi:10.1109/18.61115.
 */
export class JensenShannonDivergence extends MeanMetric {
  static override readonly type: string = 'JensenShannonDivergence';

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    const scaled = (x: Tensor): Tensor => ratio(x, x.sum(-1, { keepDims: true }));
    const p = scaled(likePrediction(this.type, truth, prediction).cast(prediction.dtype));
    const q = scaled(prediction);
    const middle = p.add(q).mul(0.5);
    // 0 ln 0 is 0.
    const apart = (x: Tensor): Tensor => x.equal(0).where(0, x.mul(x.div(middle).log()));
    return apart(p).add(apart(q)).sum(-1).mul(0.5);
  }
}

/**
 * How well the members of an ensemble enclose the truth: `mean |member - truth| - mean |member - member| / 2`, the mean absolute
 * error of a single member. Truth `[...]` or `[..., 1]`, predictions `[..., members]`. Gneiting and Raftery, 2007,
 * doi:10.1198/016214506000001437.
 */
export class ContinuousRankedProbabilityScore extends MeanMetric {
  static override readonly type: string = 'ContinuousRankedProbabilityScore';

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    const samples = prediction.size / classesOf(prediction);
    if (truth.size !== samples) {
      throw mismatch(this.type, truth, prediction, 'Each row of members needs one true number.');
    }
    const members = prediction.rank <= 1 ? prediction.expandDims(-1) : prediction;
    const y = truth.reshape(members.shape.slice(0, -1)).cast(members.dtype).expandDims(-1);
    const spread = members.expandDims(-1).sub(members.expandDims(-2)).abs().mean([-2, -1]);
    return members.sub(y).abs().mean(-1).sub(spread.mul(0.5));
  }
}
