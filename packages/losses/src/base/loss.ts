import { configFrom, type HostArray, onesLike, type Spec, type Tensor } from '@nablajs/tensor';
import { alignWeight } from './align.ts';
import { requireOneOf } from './config.ts';
import { requireFinite } from './labels.ts';
import { harmless } from './masked.ts';

/** What becomes of the losses of single samples: a mean, their sum, or nothing. `sumOverBatchSize` is Keras' name of `mean`. */
export type Reduction = 'mean' | 'sumOverBatchSize' | 'meanWithSampleWeight' | 'sum' | 'none';

/** What every loss can be told. */
export interface LossConfig {
  /**
   * `mean` (the default) over all per-sample values; `meanWithSampleWeight`, which divides by the sum of the weights instead
   * of their number; `sum`, with which the same learning rate takes steps that are batch-size times longer; or `none`.
   */
  readonly reduction: Reduction;
}

/** A loss as plain data. */
export interface LossJSON {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const REDUCTIONS: readonly Reduction[] = ['mean', 'sumOverBatchSize', 'meanWithSampleWeight', 'sum', 'none'];

/**
 * How far predictions are from the truth, as a number to be made small.
 *
 * A loss of your own says how it is called in files, its options, and the loss of each sample:
 * @example
 * class Pinball extends Loss<LossConfig & { readonly quantile: number }> {
 *   static override readonly type: string = 'acme/Pinball';
 *   static override readonly defaults: object = { quantile: 0.5 };
 *   call(truth: Tensor, prediction: Tensor): Tensor {
 *     const error = truth.sub(prediction);
 *     return error.mul(this.config.quantile).maximum(error.mul(this.config.quantile - 1)).mean(-1);
 *   }
 * }
 */
export abstract class Loss<Config extends LossConfig = LossConfig> {
  /** The name in files; `package/Name` outside of Nabla. */
  static readonly type: string = 'Loss';
  /** Options beside `reduction`, and what they are when not given. */
  static readonly defaults: object = {};

  readonly config: Config;

  constructor(options: Partial<Config> = {}) {
    const { type, defaults } = new.target;
    const given = options.reduction === 'sumOverBatchSize' ? { ...options, reduction: 'mean' } : options;
    this.config = configFrom(type, { reduction: 'mean', ...defaults } as Config, given);
    requireOneOf(type, 'reduction', this.config.reduction, REDUCTIONS);
  }

  get type(): string {
    return (this.constructor as typeof Loss).type;
  }

  /** The loss of each sample: the batch axis comes first, the last axis of the prediction is gone. */
  abstract call(truth: Tensor, prediction: Tensor): Tensor;

  /**
   * Which of the losses count, bool in their shape; those that do not are left out of the mean. Default `null`: all.
   */
  protected counted(_truth: Tensor, _losses: Tensor): Tensor | null {
    return null;
  }

  /**
   * The reduced loss, a scalar (except for `reduction: 'none'`).
   * @param sampleWeight factors on the losses, one per sample (`[batch]`) or per value. The mean still divides by the
   * number of values, as in Keras, not by the sum of the weights
   * @param mask what counts, bool, of samples or of values: the mean is that of what does, and what does not may be infinite
   * @throws ShapeError when truth, prediction, weights and mask do not go together
   */
  apply(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor, mask?: Tensor): Tensor {
    // Half floats would overflow in a sum of squares.
    const scores = prediction.dtype === 'float16' ? prediction.cast('float32') : prediction;
    const losses = this.call(truth, mask ? harmless(scores, mask) : scores);
    const counted = bothOf(mask && this.#beside(mask, losses, 'the mask is').cast('bool'), this.counted(truth, losses));
    const weight = sampleWeight && this.#beside(sampleWeight, losses, 'sample weights are');
    const weighted = weight ? losses.mul(weight) : losses;
    // Chosen, not multiplied: what does not count may be infinite.
    return this.#reduced(counted ? counted.where(weighted, 0) : weighted, weight, counted);
  }

  #beside(weight: Tensor, losses: Tensor, what: string): Tensor {
    return alignWeight(this.type, weight, losses, what).broadcastTo(losses.shape);
  }

  #reduced(losses: Tensor, weight: Tensor | undefined, counted: Tensor | null): Tensor {
    const { reduction } = this.config;
    if (reduction === 'none') return losses;
    if (reduction === 'sum') return losses.sum();
    const byWeight = reduction === 'meanWithSampleWeight' ? weight : undefined;
    if (!byWeight && !counted) return losses.sum().mul(1 / Math.max(1, losses.size));
    const share = byWeight ?? onesLike(losses);
    const whole = (counted ? counted.where(share, 0) : share).sum();
    return losses.sum().div(whole.equal(0).where(1, whole));
  }

  /**
   * Looks at labels on the host before they train anything.
   * @throws ConfigError naming the first label that cannot be one, where it is, and the fix
   */
  checkLabels(labels: HostArray, truth: Spec, _prediction: Spec): void {
    requireFinite(this.type, labels, truth);
  }

  toJSON(): LossJSON {
    return { type: this.type, config: { ...this.config } as Record<string, unknown> };
  }
}

function bothOf(a: Tensor | undefined, b: Tensor | null): Tensor | null {
  return a && b ? a.logicalAnd(b) : (a ?? b);
}
