import { ConfigError, pow, type Tensor } from '@nablajs/tensor';
import { requireNumber, requirePositive } from '../base/config.ts';
import { configOf } from './arguments.ts';
import { halfCosine } from './half-cosine.ts';
import { Schedule } from './schedule.ts';

/** What {@link CosineDecay} can be told beside its main arguments. */
export interface CosineDecayOptions {
  /** The last rate as a fraction of the highest one. Default 0. */
  readonly alpha?: number;
  /** Grow to this rate first. Default `null`: no warmup. */
  readonly warmupTarget?: number | null;
  /** Updates of the warmup. Default 0. */
  readonly warmupSteps?: number;
}

/** Config of {@link CosineDecay}. */
export interface CosineDecayConfig extends Required<CosineDecayOptions> {
  /** The rate to begin with. */
  readonly initialLearningRate: number;
  /** Updates from the top of the cosine to its bottom, after the warmup. */
  readonly decaySteps: number;
}

/**
 * Half a cosine from the rate down to `alpha` times the rate, with a linear warmup before it if wanted.
 * Loshchilov and Hutter, 2016, arXiv:1608.03983.
 */
export class CosineDecay extends Schedule<CosineDecayConfig> {
  static override readonly type: string = 'CosineDecay';

  constructor(config: Pick<CosineDecayConfig, 'initialLearningRate' | 'decaySteps'> & CosineDecayOptions);
  constructor(initialLearningRate: number, decaySteps: number, options?: CosineDecayOptions);
  constructor(...args: readonly unknown[]) {
    const options: Required<CosineDecayOptions> = { alpha: 0, warmupTarget: null, warmupSteps: 0 };
    super(configOf(new.target.type, ['initialLearningRate', 'decaySteps'], options, args));
    requireNumber(this.type, 'initialLearningRate', this.config.initialLearningRate);
    requirePositive(this.type, 'decaySteps', this.config.decaySteps);
    requireNumber(this.type, 'alpha', this.config.alpha);
    requireNumber(this.type, 'warmupTarget', this.config.warmupTarget ?? 0);
    requireNumber(this.type, 'warmupSteps', this.config.warmupSteps);
  }

  call(step: Tensor): Tensor {
    const { initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps } = this.config;
    const warmup = warmupTarget === null ? 0 : warmupSteps;
    const top = warmupTarget ?? initialLearningRate;
    const done = step.sub(warmup).div(decaySteps).clip(0, 1);
    const decayed = halfCosine(done)
      .mul(1 - alpha)
      .add(alpha)
      .mul(top);
    if (warmup === 0) return decayed;
    const growing = step.mul((top - initialLearningRate) / warmup).add(initialLearningRate);
    return step.less(warmup).where(growing, decayed);
  }
}

/** What {@link CosineDecayRestarts} can be told beside its main arguments. */
export interface CosineDecayRestartsOptions {
  /** How many times as long each period is as the one before. At least 1, default 2. */
  readonly tMul?: number;
  /** How many times as high each period begins as the one before. Default 1. */
  readonly mMul?: number;
  /** The lowest rate as a fraction of the first. Default 0. */
  readonly alpha?: number;
}

/** Config of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsConfig extends Required<CosineDecayRestartsOptions> {
  /** The rate to begin with. */
  readonly initialLearningRate: number;
  /** Updates of the first period. */
  readonly firstDecaySteps: number;
}

/** A share of a period that is rounding and not time; less than one update of the longest period. */
const ROUNDING = 4e-7;

/**
 * Warm restarts: half a cosine down, then from the top again, each time `tMul` times as long and `mMul` times as high.
 * PyTorch's `CosineAnnealingWarmRestarts`. Loshchilov and Hutter, 2016, arXiv:1608.03983.
 */
export class CosineDecayRestarts extends Schedule<CosineDecayRestartsConfig> {
  static override readonly type: string = 'CosineDecayRestarts';

  constructor(
    config: Pick<CosineDecayRestartsConfig, 'initialLearningRate' | 'firstDecaySteps'> & CosineDecayRestartsOptions,
  );
  constructor(initialLearningRate: number, firstDecaySteps: number, options?: CosineDecayRestartsOptions);
  constructor(...args: readonly unknown[]) {
    const options: Required<CosineDecayRestartsOptions> = { tMul: 2, mMul: 1, alpha: 0 };
    super(configOf(new.target.type, ['initialLearningRate', 'firstDecaySteps'], options, args));
    requireNumber(this.type, 'initialLearningRate', this.config.initialLearningRate);
    requirePositive(this.type, 'firstDecaySteps', this.config.firstDecaySteps);
    if (!(this.config.tMul >= 1)) {
      throw new ConfigError(
        `${this.type}: tMul must be 1 or more, got ${this.config.tMul}: shrinking periods would all be over after a while.`,
      );
    }
    requirePositive(this.type, 'mMul', this.config.mMul);
    requireNumber(this.type, 'alpha', this.config.alpha);
  }

  call(step: Tensor): Tensor {
    const { initialLearningRate, firstDecaySteps, tMul, mMul, alpha } = this.config;
    const periods = step.div(firstDecaySteps);
    const { restarts, done } = tMul === 1 ? equalPeriods(periods) : growingPeriods(periods, tMul);
    const top = mMul === 1 ? halfCosine(done) : halfCosine(done).mul(pow(mMul, restarts));
    return top
      .mul(1 - alpha)
      .add(alpha)
      .mul(initialLearningRate);
  }
}

/** How often it began anew, and what share of the current period is over. */
interface Place {
  readonly restarts: Tensor;
  readonly done: Tensor;
}

function equalPeriods(periods: Tensor): Place {
  const restarts = periods.add(ROUNDING).floor();
  return { restarts, done: periods.sub(restarts).maximum(0) };
}

/**
 * Periods of lengths 1, t, t^2, ... end at (t^n - 1) / (t - 1). The logarithm that asks for n is too coarse near the ends of
 * long periods, so it is made to answer a little low, and what is then over is taken for the beginning of the next period.
 */
function growingPeriods(periods: Tensor, t: number): Place {
  const low = periods
    .mul(t - 1)
    .log1p()
    .div(Math.log(t))
    .sub(1e-5)
    .floor()
    .maximum(0);
  const place = (restarts: Tensor): Tensor => {
    const length = pow(t, restarts);
    return periods.sub(length.sub(1).div(t - 1)).div(length);
  };
  const isOver = place(low).greaterEqual(1 - ROUNDING);
  const restarts = isOver.where(low.add(1), low);
  return { restarts, done: place(restarts).maximum(0) };
}
