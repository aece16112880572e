// Scores as yes-or-no decisions: above a threshold, among the best, of one class.
import { ConfigError, fromData, oneHot, type Tensor, topK } from '@nablajs/tensor';
import { requireCount } from '../base/config.ts';
import { Metric, type MetricOptions, type Sums } from '../base/metric.ts';
import { classesOf, truthMask } from '../base/truth.ts';
import { alignWeight, weightedSum } from '../base/weight.ts';

/** Config of metrics of decisions. */
export interface DecisionConfig {
  /** Predictions above it say yes. Several give one result each. Default `null`: 0.5, or with `topK` none. */
  readonly thresholds: number | readonly number[] | null;
  /** Only the `topK` highest scores of each sample may say yes. Default `null`: all. */
  readonly topK: number | null;
  /** Count only this class. Default `null`: all together. */
  readonly classId: number | null;
}

/** A metric that counts decisions. */
export abstract class DecisionMetric<S extends Sums> extends Metric<DecisionConfig, S> {
  static override readonly defaults: object = { thresholds: null, topK: null, classId: null };

  constructor(options: MetricOptions<DecisionConfig> = {}) {
    super(options);
    if (this.config.topK !== null) requireCount(this.type, 'topK', this.config.topK);
  }

  /** What a batch adds, from what was said and what is true: bool `[decisions]` or `[decisions, thresholds]`. */
  protected abstract counted(said: Tensor, truth: Tensor, sum: (which: Tensor) => Tensor): S;

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): S {
    const mask = truthMask(this.type, truth, prediction);
    const weight = sampleWeight && alignWeight(sampleWeight, mask).broadcastTo(mask.shape);
    const scores = this.config.topK === null ? prediction : onlyBest(prediction, this.config.topK);
    const [labels, chosen, weights] = [mask, scores, weight].map((x) => x && this.#ofClass(x).flatten());
    const said = this.#above(chosen!);
    // With several thresholds, one column for each.
    const right = said.rank === 1 ? labels! : labels!.expandDims(-1).broadcastTo(said.shape);
    return this.counted(said, right, (which) => weightedSum(which, weights, 0));
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

/** Scores with all but the `k` highest of each sample, the first of equals, at minus infinity. */
function onlyBest(scores: Tensor, k: number): Tensor {
  const classes = classesOf(scores);
  if (k >= classes) return scores;
  const best = oneHot(topK(scores, k).indices, classes, 'bool').any(-2);
  return best.where(scores, Number.NEGATIVE_INFINITY);
}
