import { ConfigError, fromData, oneHot, type Tensor, topK } from '@nablajs/tensor';
import { requireCount } from './config.ts';
import { Metric, type MetricOptions } from './metric.ts';
import { classesOf, truthMask } from './truth.ts';
import { alignWeight, ratio, weightedSum } from './weight.ts';

/** Config of {@link Precision} and {@link Recall}. */
export interface PrecisionRecallConfig {
  /** Predictions above it say yes. Several give one result each. Default `null`: 0.5, or with `topK` none. */
  readonly thresholds: number | readonly number[] | null;
  /** Only the `topK` highest scores of each sample may say yes. Default `null`: all. */
  readonly topK: number | null;
  /** Count only this class. Default `null`: all together. */
  readonly classId: number | null;
}

type HitSums = { readonly hits: Tensor; readonly of: Tensor };

abstract class Hits extends Metric<PrecisionRecallConfig, HitSums> {
  static override readonly defaults: object = { thresholds: null, topK: null, classId: null };

  constructor(options: MetricOptions<PrecisionRecallConfig> = {}) {
    super(options);
    if (this.config.topK !== null) requireCount(this.type, 'topK', this.config.topK);
  }

  /** What hits are a share of. */
  protected abstract whole(said: Tensor, labels: Tensor): Tensor;

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): HitSums {
    const mask = truthMask(this.type, truth, prediction);
    const weight = sampleWeight && alignWeight(sampleWeight, mask).broadcastTo(mask.shape);
    const scores = this.config.topK === null ? prediction : onlyBest(prediction, this.config.topK);
    const [labels, said, weights] = [mask, scores, weight].map((x) => x && this.#ofClass(x).flatten());
    const yes = this.#above(said!);
    // With several thresholds, one column for each.
    const right = yes.rank === 1 ? labels! : labels!.expandDims(-1).broadcastTo(yes.shape);
    return {
      hits: weightedSum(yes.logicalAnd(right), weights, 0),
      of: weightedSum(this.whole(yes, right), weights, 0),
    };
  }

  protected combine({ hits, of }: HitSums): Tensor {
    return ratio(hits, of);
  }

  #ofClass(x: Tensor): Tensor {
    const { classId } = this.config;
    if (classId === null) return x;
    const classes = classesOf(x);
    if (!Number.isInteger(classId) || classId < 0 || classId >= classes) {
      throw new ConfigError(`${this.type}: classId ${classId} is outside the ${classes} classes, 0 to ${classes - 1}.`);
    }
    const last = x.rank - 1;
    return x.slice(
      x.shape.map((_, axis) => (axis === last ? classId : 0)),
      x.shape.map((size, axis) => (axis === last ? 1 : size)),
    );
  }

  #above(scores: Tensor): Tensor {
    const { thresholds, topK } = this.config;
    if (typeof thresholds === 'object' && thresholds !== null) {
      return scores.expandDims(-1).greater(fromData(Float32Array.from(thresholds)));
    }
    return scores.greater(thresholds ?? (topK === null ? 0.5 : Number.NEGATIVE_INFINITY));
  }
}

/** The share of what was said to be true that is: true positives / predicted positives. 0 when nothing was said. */
export class Precision extends Hits {
  static override readonly type: string = 'Precision';

  protected whole(said: Tensor): Tensor {
    return said;
  }
}

/** The share of what is true that was said to be: true positives / actual positives. 0 when nothing is true. */
export class Recall extends Hits {
  static override readonly type: string = 'Recall';

  protected whole(_said: Tensor, labels: Tensor): Tensor {
    return labels;
  }
}

/** Scores with all but the `k` highest of each sample, the first of equals, at minus infinity. */
function onlyBest(scores: Tensor, k: number): Tensor {
  const classes = classesOf(scores);
  if (k >= classes) return scores;
  const best = oneHot(topK(scores, k).indices, classes, 'bool').any(-2);
  return best.where(scores, Number.NEGATIVE_INFINITY);
}
