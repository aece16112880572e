// Whether groups of samples fare alike. Beside truth and prediction they need to know who belongs where, so that these metrics
// are fed by hand, or in a step of one's own, and not by `fit`.
import { formatSpec, onesLike, ShapeError, scatterAdd, type Tensor, type Variable } from '@nablajs/tensor';
import { requireCount, requireOneOf } from '../base/config.ts';
import { MetricBase, type MetricOptions } from '../base/metric.ts';
import { Tally } from '../base/tally.ts';
import { likePrediction } from '../base/truth.ts';
import { alignWeight, ratio } from '../base/weight.ts';

/** Config of {@link GroupStatRates}. */
export interface GroupStatRatesConfig {
  /** How many groups there are, numbered from 0. It must be given. */
  readonly numGroups: number;
  /** Predictions above it say yes. Default 0.5. */
  readonly threshold: number;
}

/**
 * Of each group the shares of true positives, false positives, true negatives and false negatives, `[groups, 4]`; zeros for a
 * group without samples. Who is in no group, such as -1, is not counted.
 * @example
 * const rates = new GroupStatRates(2);
 * rates.update(truth, prediction, groups);
 */
export class GroupStatRates<Config extends GroupStatRatesConfig = GroupStatRatesConfig> extends MetricBase<Config> {
  static override readonly type: string = 'GroupStatRates';
  static override readonly defaults: object = { numGroups: null, threshold: 0.5 };

  readonly #counts: Tally;

  constructor(numGroups: number | MetricOptions<Config>, options: MetricOptions<Config> = {} as MetricOptions<Config>) {
    super(typeof numGroups === 'number' ? { ...options, numGroups } : numGroups);
    requireCount(this.type, 'numGroups', this.config.numGroups);
    this.#counts = new Tally(`${this.name}/counts`, [this.config.numGroups, 4]);
  }

  /**
   * Counts a batch.
   * @param truth 0 and 1, as many as predictions
   * @param groups the number of each sample's group, as many as predictions
   * @throws ShapeError when they do not go together
   */
  update(truth: Tensor, prediction: Tensor, groups: Tensor, sampleWeight?: Tensor): void {
    const { numGroups, threshold } = this.config;
    const said = prediction.greater(threshold).flatten();
    const isTrue = likePrediction(this.type, truth, prediction).cast('bool').flatten();
    if (groups.size !== prediction.size) {
      throw new ShapeError(
        `${this.type}: the groups are ${formatSpec(groups.spec)}, the prediction ${formatSpec(prediction.spec)}. Give one group number per predicted value.`,
      );
    }
    const group = groups.cast('int32').flatten();
    const outcome = isTrue.where(said.where(0, 3), said.where(1, 2)).cast('int32');
    const isInside = group.greaterEqual(0).logicalAnd(group.less(numGroups));
    const cell = isInside.where(group.mul(4).add(outcome), 4 * numGroups);
    const weights = sampleWeight && alignWeight(sampleWeight, prediction).broadcastTo(prediction.shape).flatten();
    this.#counts.add(scatterAdd(cell, weights ?? onesLike(cell), 4 * numGroups).reshape([numGroups, 4]));
  }

  /** The shares so far. */
  result(): Tensor {
    return ratio(this.counts, this.counts.sum(1, { keepDims: true }));
  }

  reset(): void {
    this.#counts.reset();
  }

  /** All state. */
  get variables(): readonly Variable[] {
    return this.#counts.variables;
  }

  /** `[groups, 4]`, float32. */
  protected get counts(): Tensor {
    return this.#counts.value;
  }
}

/** Config of {@link Fairness}. */
export interface FairnessConfig extends GroupStatRatesConfig {
  /**
   * `demographicParity` (the default): yes is said as often in each group; `equalOpportunity`: what is true is found as often.
   */
  readonly criterion: 'demographicParity' | 'equalOpportunity';
}

/**
 * The lowest rate of a group divided by the highest: 1 where all fare alike. Groups without samples, for `equalOpportunity`
 * without true ones, do not count. Hardt et al., 2016, arXiv:1610.02413.
 * @example new Fairness(2, { criterion: 'equalOpportunity' })
 */
export class Fairness extends GroupStatRates<FairnessConfig> {
  static override readonly type: string = 'Fairness';
  static override readonly defaults: object = { ...GroupStatRates.defaults, criterion: 'demographicParity' };

  constructor(numGroups: number | MetricOptions<FairnessConfig>, options: MetricOptions<FairnessConfig> = {}) {
    super(numGroups, options);
    requireOneOf(this.type, 'criterion', this.config.criterion, ['demographicParity', 'equalOpportunity']);
  }

  /** The lowest rate divided by the highest, a scalar. */
  override result(): Tensor {
    const { counts } = this;
    const column = (k: number): Tensor => counts.slice([0, k], [counts.shape[0]!, 1]);
    const isParity = this.config.criterion === 'demographicParity';
    const hits = isParity ? column(0).add(column(1)) : column(0);
    const of = isParity ? counts.sum(1, { keepDims: true }) : column(0).add(column(3));
    const rates = ratio(hits, of);
    const exists = of.greater(0);
    const highest = exists.where(rates, 0).max();
    return highest.equal(0).where(1, exists.where(rates, 1).min().div(highest.equal(0).where(1, highest)));
  }
}
