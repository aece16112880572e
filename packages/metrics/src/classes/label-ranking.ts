// How well scores put the labels that are true before those that are not. A sample's labels are compared in pairs.
import type { Tensor } from '@nablajs/tensor';
import { MeanMetric } from '../base/mean.ts';
import { truthMask } from '../base/truth.ts';
import { ratio } from '../base/weight.ts';

abstract class LabelRanking extends MeanMetric {
  protected values(truth: Tensor, prediction: Tensor): Tensor {
    const mask = truthMask(this.type, truth, prediction);
    // [..., label, other]: whether the other scores at least as high.
    const reached = prediction.expandDims(-2).greaterEqual(prediction.expandDims(-1));
    return this.ofSample(mask, reached, prediction);
  }

  /** One number per sample, from which labels are true and whose scores reach whose. */
  protected abstract ofSample(mask: Tensor, reached: Tensor, scores: Tensor): Tensor;
}

/**
 * How many labels must be taken, the highest scores first, until none that is true is left out; the mean over samples, 0 for
 * one without true labels. Tsoumakas et al., 2010, doi:10.1007/978-0-387-09823-4_34.
 */
export class CoverageError extends LabelRanking {
  static override readonly type: string = 'CoverageError';

  protected ofSample(mask: Tensor, _reached: Tensor, scores: Tensor): Tensor {
    const lowest = mask.where(scores, Number.POSITIVE_INFINITY).min(-1, { keepDims: true });
    return scores.greaterEqual(lowest).sum(-1);
  }
}

/**
 * Of the labels that score at least as high as a true one, the share that is true; the mean over true labels, then over
 * samples: 1 is best, and what a sample counts whose labels are all true or none.
 */
export class LabelRankingAveragePrecision extends LabelRanking {
  static override readonly type: string = 'LabelRankingAveragePrecision';

  protected ofSample(mask: Tensor, reached: Tensor): Tensor {
    const right = reached.logicalAnd(mask.expandDims(-2)).sum(-1).cast('float32');
    const shares = mask.where(right.div(reached.sum(-1).cast('float32')), 0).sum(-1);
    return mask.any(-1).where(ratio(shares, mask.sum(-1).cast('float32')), 1);
  }
}

/**
 * The share of pairs of a true and a false label in which the false one scores at least as high; the mean over samples, 0 for
 * one without pairs.
 */
export class LabelRankingLoss extends LabelRanking {
  static override readonly type: string = 'LabelRankingLoss';

  protected ofSample(mask: Tensor, reached: Tensor): Tensor {
    const pairs = mask.expandDims(-1).logicalAnd(mask.logicalNot().expandDims(-2));
    const count = (which: Tensor): Tensor => which.sum([-2, -1]).cast('float32');
    return ratio(count(pairs.logicalAnd(reached)), count(pairs));
  }
}
