import { pow, type Tensor } from '@nablajs/tensor';
import { requireNumber, requirePositive } from '../base/config.ts';
import { configOf } from './arguments.ts';
import { Schedule } from './schedule.ts';

/** Config of {@link ExponentialDecay} and {@link InverseTimeDecay}. */
export interface DecayConfig {
  /** The rate to begin with. */
  readonly initialLearningRate: number;
  /** After so many updates the rate has decayed once by `decayRate`. */
  readonly decaySteps: number;
  /** How strongly the rate decays, as the formula of the schedule says. */
  readonly decayRate: number;
  /** Decay at once every `decaySteps` updates, not a little with each. Default `false`. */
  readonly staircase: boolean;
}

/** What a decay can be told beside its main arguments. */
export interface DecayOptions {
  /** Decay at once every `decaySteps` updates, not a little with each. Default `false`. */
  readonly staircase?: boolean;
}

abstract class Decay extends Schedule<DecayConfig> {
  constructor(config: Omit<DecayConfig, 'staircase'> & DecayOptions);
  constructor(initialLearningRate: number, decaySteps: number, decayRate: number, options?: DecayOptions);
  constructor(...args: readonly unknown[]) {
    super(configOf(new.target.type, ['initialLearningRate', 'decaySteps', 'decayRate'], { staircase: false }, args));
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

/** What {@link PolynomialDecay} can be told beside its main arguments. */
export interface PolynomialDecayOptions {
  /** The last rate. Default 0.0001. */
  readonly endLearningRate?: number;
  /** 1 (the default) is a straight line, 0.5 a root. Above 0. */
  readonly power?: number;
  /** Go on for ever: at the end of the decay its length is doubled, tripled, and so on. Default `false`. */
  readonly cycle?: boolean;
}

/** Config of {@link PolynomialDecay}. */
export interface PolynomialDecayConfig extends Required<PolynomialDecayOptions> {
  /** The rate to begin with. */
  readonly initialLearningRate: number;
  /** Updates from the first rate to the last. */
  readonly decaySteps: number;
}

/**
 * `(initialLearningRate - endLearningRate) (1 - step / decaySteps)^power + endLearningRate`, and the last rate from then
 * on. With `power` 1 PyTorch's `LinearLR`; growing when the last rate is the higher one.
 */
export class PolynomialDecay extends Schedule<PolynomialDecayConfig> {
  static override readonly type: string = 'PolynomialDecay';

  constructor(config: Pick<PolynomialDecayConfig, 'initialLearningRate' | 'decaySteps'> & PolynomialDecayOptions);
  constructor(initialLearningRate: number, decaySteps: number, options?: PolynomialDecayOptions);
  constructor(...args: readonly unknown[]) {
    const options: Required<PolynomialDecayOptions> = { endLearningRate: 1e-4, power: 1, cycle: false };
    super(configOf(new.target.type, ['initialLearningRate', 'decaySteps'], options, args));
    requireNumber(this.type, 'initialLearningRate', this.config.initialLearningRate);
    requirePositive(this.type, 'decaySteps', this.config.decaySteps);
    requireNumber(this.type, 'endLearningRate', this.config.endLearningRate);
    requirePositive(this.type, 'power', this.config.power);
  }

  call(step: Tensor): Tensor {
    const { initialLearningRate, decaySteps, endLearningRate, power, cycle } = this.config;
    const done = step.div(decaySteps);
    const share = cycle ? done.div(done.ceil().maximum(1)) : done.minimum(1);
    const left = share.neg().add(1);
    const bent = power === 1 ? left : left.pow(power);
    return bent.mul(initialLearningRate - endLearningRate).add(endLearningRate);
  }
}
