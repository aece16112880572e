// How well two areas cover each other: for segmentation, where most of a picture is background.
import type { Axes, Tensor } from '@nablajs/tensor';
import { alignTruth, ONE_EACH } from '../base/align.ts';
import { requireRange } from '../base/config.ts';
import { Loss, type LossConfig } from '../base/loss.ts';

const EPSILON = 1e-7;

/** The axes an overlap is summed over: `null` for all, the batch too. */
export type OverlapAxis = number | readonly number[] | null;

/** Options of {@link tversky}. */
export interface TverskyOptions {
  /** How much counts what was missed. At least 0, default 0.5. */
  readonly alpha?: number;
  /** How much counts what was said wrongly. At least 0, default 0.5. */
  readonly beta?: number;
  /** What is summed over; for one loss per picture the axes behind the batch, `[1, 2, 3]`. Default `null`: everything. */
  readonly axis?: OverlapAxis;
}

/**
 * `1 - 2 |truth prediction| / (|truth| + |prediction|)`, where `||` is the sum over `axis`. Probabilities, same shapes.
 * Milletari et al., 2016, arXiv:1606.04797.
 * @throws ShapeError when the shapes do not go together
 */
export function dice(truth: Tensor, prediction: Tensor, { axis = null }: Pick<TverskyOptions, 'axis'> = {}): Tensor {
  return diceOf('dice', truth, prediction, axis);
}

function diceOf(name: string, truth: Tensor, prediction: Tensor, axis: OverlapAxis): Tensor {
  const target = alignTruth(name, truth, prediction, ONE_EACH);
  const axes = axesOf(axis);
  const whole = target.sum(axes).add(prediction.sum(axes)).add(EPSILON);
  return target.mul(prediction).sum(axes).mul(2).div(whole).neg().add(1);
}

/**
 * `1 - both / (both + alpha missed + beta wrong)`: the sums over `axis` of `truth prediction`, `truth (1 - prediction)` and
 * `(1 - truth) prediction`. With both at 0.5 it is {@link dice}. Keras' numbers, whose `alpha` weighs what was missed.
 * Salehi et al., 2017, arXiv:1706.05721.
 * @throws ShapeError when the shapes do not go together
 */
export function tversky(truth: Tensor, prediction: Tensor, options: TverskyOptions = {}): Tensor {
  return tverskyOf('tversky', truth, prediction, options);
}

function tverskyOf(name: string, truth: Tensor, prediction: Tensor, options: TverskyOptions): Tensor {
  const { alpha = 0.5, beta = 0.5, axis = null } = options;
  const target = alignTruth(name, truth, prediction, ONE_EACH);
  const axes = axesOf(axis);
  const both = target.mul(prediction).sum(axes);
  const missed = target.sum(axes).sub(both);
  const wrong = prediction.sum(axes).sub(both);
  const whole = both.add(missed.mul(alpha)).add(wrong.mul(beta)).add(EPSILON);
  return both.div(whole).neg().add(1);
}

function axesOf(axis: OverlapAxis): Axes | undefined {
  return axis ?? undefined;
}

/** Config of {@link Dice}. */
export interface DiceConfig extends LossConfig, Required<Pick<TverskyOptions, 'axis'>> {}

/** {@link dice} as a loss. */
export class Dice extends Loss<DiceConfig> {
  static override readonly type: string = 'Dice';
  static override readonly defaults: object = { axis: null };

  call(truth: Tensor, prediction: Tensor): Tensor {
    return diceOf(this.type, truth, prediction, this.config.axis);
  }
}

/** Config of {@link Tversky}. */
export interface TverskyConfig extends LossConfig, Required<TverskyOptions> {}

/** {@link tversky} as a loss. */
export class Tversky extends Loss<TverskyConfig> {
  static override readonly type: string = 'Tversky';
  static override readonly defaults: object = { alpha: 0.5, beta: 0.5, axis: null };

  constructor(options: Partial<TverskyConfig> = {}) {
    super(options);
    requireRange(this.type, 'alpha', this.config.alpha, 0, Number.POSITIVE_INFINITY);
    requireRange(this.type, 'beta', this.config.beta, 0, Number.POSITIVE_INFINITY);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return tverskyOf(this.type, truth, prediction, this.config);
  }
}
