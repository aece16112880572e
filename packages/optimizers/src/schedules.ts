// The schedules of Keras 3, with its positional arguments or their whole config as the only one.
import { ConfigError, configFrom, full, isRecord, pow, type Tensor } from '@nablajs/tensor';
import { requireNumber, requirePositive } from './config.ts';
import { Schedule } from './schedule.ts';

/** Config of {@link ExponentialDecay} and {@link InverseTimeDecay}. */
export interface DecayConfig {
  readonly initialLearningRate: number;
  /** After so many updates the rate has decayed once by `decayRate`. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Decay at once every `decaySteps` updates, not a little with each. Default `false`. */
  readonly staircase: boolean;
}

/** What a decay can be told beside its main arguments. */
export interface DecayOptions {
  readonly staircase?: boolean;
}

abstract class Decay extends Schedule<DecayConfig> {
  constructor(config: Omit<DecayConfig, 'staircase'> & DecayOptions);
  constructor(initialLearningRate: number, decaySteps: number, decayRate: number, options?: DecayOptions);
  constructor(...args: readonly unknown[]) {
    const main = { initialLearningRate: undefined, decaySteps: undefined, decayRate: undefined };
    super(configFrom<object>(new.target.type, { ...main, staircase: false }, named(main, args)) as DecayConfig);
    requireNumber(this.type, 'initialLearningRate', this.config.initialLearningRate);
    requirePositive(this.type, 'decaySteps', this.config.decaySteps);
    requireNumber(this.type, 'decayRate', this.config.decayRate);
  }

  /** How often the rate has decayed. */
  protected times(step: Tensor): Tensor {
    const times = step.div(this.config.decaySteps);
    return this.config.staircase ? times.floor() : times;
  }
}

/** `initialLearningRate * decayRate ^ (step / decaySteps)`. */
export class ExponentialDecay extends Decay {
  static override readonly type: string = 'ExponentialDecay';

  call(step: Tensor): Tensor {
    return pow(this.config.decayRate, this.times(step)).mul(this.config.initialLearningRate);
  }
}

/** `initialLearningRate / (1 + decayRate * step / decaySteps)`. */
export class InverseTimeDecay extends Decay {
  static override readonly type: string = 'InverseTimeDecay';

  call(step: Tensor): Tensor {
    return this.times(step).mul(this.config.decayRate).add(1).reciprocal().mul(this.config.initialLearningRate);
  }
}

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
    const main = { initialLearningRate: undefined, decaySteps: undefined };
    const options: Required<CosineDecayOptions> = { alpha: 0, warmupTarget: null, warmupSteps: 0 };
    super(configFrom<object>(new.target.type, { ...main, ...options }, named(main, args)) as CosineDecayConfig);
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
    const cosine = done.mul(Math.PI).cos().add(1).mul(0.5);
    const decayed = cosine
      .mul(1 - alpha)
      .add(alpha)
      .mul(top);
    if (warmup === 0) return decayed;
    const growing = step.mul((top - initialLearningRate) / warmup).add(initialLearningRate);
    return step.less(warmup).where(growing, decayed);
  }
}

/** Config of {@link PiecewiseConstantDecay}. */
export interface PiecewiseConstantDecayConfig {
  /** Numbers of updates, increasing. */
  readonly boundaries: readonly number[];
  /** Rates, one more than boundaries: the first holds up to and with the first boundary. */
  readonly values: readonly number[];
}

/** One rate after the other. */
export class PiecewiseConstantDecay extends Schedule<PiecewiseConstantDecayConfig> {
  static override readonly type: string = 'PiecewiseConstantDecay';

  constructor(config: PiecewiseConstantDecayConfig);
  constructor(boundaries: readonly number[], values: readonly number[]);
  constructor(...args: readonly unknown[]) {
    const main = { boundaries: [], values: [] };
    super(configFrom<PiecewiseConstantDecayConfig>(new.target.type, main, named(main, args)));
    const { boundaries, values } = this.config;
    const parts = boundaries.length + 1;
    if (values.length !== parts) {
      throw new ConfigError(
        `${this.type}: ${boundaries.length} boundaries make ${parts} parts, got ${values.length} values. Give one value per part.`,
      );
    }
    if (boundaries.some((boundary, i) => i > 0 && !(boundary > boundaries[i - 1]!))) {
      throw new ConfigError(`${this.type}: boundaries must increase, got ${boundaries.join(', ')}. Sort them.`);
    }
    for (const value of values) requireNumber(this.type, 'each value', value);
  }

  call(step: Tensor): Tensor {
    const { boundaries, values } = this.config;
    return boundaries.reduceRight(
      (later, boundary, i) => step.lessEqual(boundary).where(values[i]!, later),
      full([], values.at(-1)!),
    );
  }
}

/** `(0.1, 1000, { alpha: 0.1 })` as `{ initialLearningRate: 0.1, decaySteps: 1000, alpha: 0.1 }`. */
function named(main: object, args: readonly unknown[]): object {
  if (isRecord(args[0])) return args[0];
  const names = Object.keys(main);
  const options = args[names.length] ?? {};
  return { ...Object.fromEntries(names.map((name, i) => [name, args[i]])), ...options };
}
