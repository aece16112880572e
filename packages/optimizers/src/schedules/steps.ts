// Rates that stay, and change at once.
import { ConfigError, full, pow, type Tensor } from '@nablajs/tensor';
import { requireNumber, requirePositive } from '../base/config.ts';
import { configOf, requireIncreasing } from './arguments.ts';
import { Schedule } from './schedule.ts';

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
    super(configOf(new.target.type, ['boundaries', 'values'], {}, args));
    const { boundaries, values } = this.config;
    requireIncreasing(this.type, 'boundaries', boundaries);
    const parts = boundaries.length + 1;
    if (values?.length !== parts) {
      throw new ConfigError(
        `${this.type}: ${boundaries.length} boundaries make ${parts} parts, got ${values?.length ?? 'no'} values. Give one value per part.`,
      );
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

/** Config of {@link StepDecay}. */
export interface StepDecayConfig {
  /** The rate to begin with. */
  readonly initialLearningRate: number;
  /** Updates between two changes. */
  readonly stepSize: number;
  /** What the rate is multiplied by. Default 0.1. */
  readonly gamma: number;
}

/** `initialLearningRate * gamma ^ floor(step / stepSize)`: PyTorch's `StepLR`. */
export class StepDecay extends Schedule<StepDecayConfig> {
  static override readonly type: string = 'StepDecay';

  constructor(config: Omit<StepDecayConfig, 'gamma'> & { readonly gamma?: number });
  constructor(initialLearningRate: number, stepSize: number, options?: { readonly gamma?: number });
  constructor(...args: readonly unknown[]) {
    super(configOf(new.target.type, ['initialLearningRate', 'stepSize'], { gamma: 0.1 }, args));
    requireNumber(this.type, 'initialLearningRate', this.config.initialLearningRate);
    requirePositive(this.type, 'stepSize', this.config.stepSize);
    requirePositive(this.type, 'gamma', this.config.gamma);
  }

  call(step: Tensor): Tensor {
    const { initialLearningRate, stepSize, gamma } = this.config;
    return pow(gamma, step.div(stepSize).floor()).mul(initialLearningRate);
  }
}

/** Config of {@link MultiStepDecay}. */
export interface MultiStepDecayConfig {
  /** The rate to begin with. */
  readonly initialLearningRate: number;
  /** Numbers of updates after which the rate changes, increasing. */
  readonly milestones: readonly number[];
  /** What the rate is multiplied by. Default 0.1. */
  readonly gamma: number;
}

/** The rate times `gamma` for every milestone reached: PyTorch's `MultiStepLR`. */
export class MultiStepDecay extends Schedule<MultiStepDecayConfig> {
  static override readonly type: string = 'MultiStepDecay';

  constructor(config: Omit<MultiStepDecayConfig, 'gamma'> & { readonly gamma?: number });
  constructor(initialLearningRate: number, milestones: readonly number[], options?: { readonly gamma?: number });
  constructor(...args: readonly unknown[]) {
    super(configOf(new.target.type, ['initialLearningRate', 'milestones'], { gamma: 0.1 }, args));
    requireNumber(this.type, 'initialLearningRate', this.config.initialLearningRate);
    requireIncreasing(this.type, 'milestones', this.config.milestones);
    requirePositive(this.type, 'gamma', this.config.gamma);
  }

  call(step: Tensor): Tensor {
    const { initialLearningRate, milestones, gamma } = this.config;
    const rate = (passed: number): number => initialLearningRate * gamma ** passed;
    return milestones.reduceRight(
      (later, milestone, i) => step.less(milestone).where(rate(i), later),
      full([], rate(milestones.length)),
    );
  }
}
