import { ConfigError, configFrom, type HostArray, type Spec, type Tensor } from '@nablajs/tensor';
import { alignWeight } from './align.ts';
import { requireFinite } from './labels.ts';

/** What becomes of the losses of single samples: their mean, their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none';

/** What every loss can be told. */
export interface LossConfig {
  /**
   * `mean` (the default) over all per-sample values, Keras' `sum_over_batch_size`; `sum`, with which the same learning
   * rate takes steps that are batch-size times longer; or `none`.
   */
  readonly reduction: Reduction;
}

/** A loss as plain data. */
export interface LossJSON {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const REDUCTIONS: readonly Reduction[] = ['mean', 'sum', 'none'];

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
    this.config = configFrom(type, { reduction: 'mean', ...defaults } as Config, options);
    if (!REDUCTIONS.includes(this.config.reduction)) {
      throw new ConfigError(
        `${type}: reduction must be one of ${REDUCTIONS.join(', ')}, got '${this.config.reduction}'.`,
      );
    }
  }

  get type(): string {
    return (this.constructor as typeof Loss).type;
  }

  /** The loss of each sample: the batch axis comes first, the last axis of the prediction is gone. */
  abstract call(truth: Tensor, prediction: Tensor): Tensor;

  /**
   * The reduced loss, a scalar (except for `reduction: 'none'`).
   * @param sampleWeight factors on the losses, one per sample (`[batch]`) or per value. The mean still divides by the
   * number of values, as in Keras, not by the sum of the weights
   * @throws ShapeError when truth, prediction and weights do not go together
   */
  apply(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): Tensor {
    const losses = this.call(truth, prediction);
    const weighted = sampleWeight ? losses.mul(alignWeight(this.type, sampleWeight, losses)) : losses;
    if (this.config.reduction === 'none') return weighted;
    return this.config.reduction === 'sum' ? weighted.sum() : weighted.sum().mul(1 / Math.max(1, weighted.size));
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

/** Values averaged over the last axis; those of a flat batch are one per sample already. */
export function perSample(values: Tensor): Tensor {
  return values.rank <= 1 ? values : values.mean(-1);
}
