// Rates that begin low.
import type { Tensor } from '@nablajs/tensor';
import { requireNumber, requirePositive, requireRange } from '../base/config.ts';
import { configOf, requireRate } from './arguments.ts';
import { rateAt } from './rate.ts';
import { type Rate, Schedule } from './schedule.ts';

/** Config of {@link LinearWarmup}. */
export interface LinearWarmupConfig {
  /** What follows: a rate, or a schedule that begins where the warmup ends. */
  readonly target: Rate;
  /** Updates of the warmup. */
  readonly warmupSteps: number;
  /** The first rate as a fraction of the target's. 0 to 1, default 0. */
  readonly startFactor: number;
}

/** A straight line up to the first rate of a schedule, then that schedule. */
export class LinearWarmup extends Schedule<LinearWarmupConfig> {
  static override readonly type: string = 'LinearWarmup';

  constructor(config: Omit<LinearWarmupConfig, 'startFactor'> & { readonly startFactor?: number });
  constructor(target: Rate, warmupSteps: number, options?: { readonly startFactor?: number });
  constructor(...args: readonly unknown[]) {
    super(configOf(new.target.type, ['target', 'warmupSteps'], { startFactor: 0 }, args));
    requireRate(this.type, 'target', this.config.target);
    requirePositive(this.type, 'warmupSteps', this.config.warmupSteps);
    requireRange(this.type, 'startFactor', this.config.startFactor, 0, 1);
  }

  call(step: Tensor): Tensor {
    const { target, warmupSteps, startFactor } = this.config;
    const share = step.div(warmupSteps).minimum(1);
    const factor = share.mul(1 - startFactor).add(startFactor);
    return rateAt(target, step.sub(warmupSteps).maximum(0)).mul(factor);
  }
}

/** Config of {@link Noam}. */
export interface NoamConfig {
  /** The width of the model. */
  readonly modelSize: number;
  /** Updates of the warmup. */
  readonly warmupSteps: number;
  /** A factor on all of it. Default 1. */
  readonly scale: number;
}

/**
 * `scale modelSize^-0.5 min(t^-0.5, t warmupSteps^-1.5)` for update `t` from 1: up in a straight line, down as an inverse
 * root. Vaswani et al., 2017, arXiv:1706.03762, section 5.3.
 */
export class Noam extends Schedule<NoamConfig> {
  static override readonly type: string = 'Noam';

  constructor(config: Omit<NoamConfig, 'scale'> & { readonly scale?: number });
  constructor(modelSize: number, warmupSteps: number, options?: { readonly scale?: number });
  constructor(...args: readonly unknown[]) {
    super(configOf(new.target.type, ['modelSize', 'warmupSteps'], { scale: 1 }, args));
    requirePositive(this.type, 'modelSize', this.config.modelSize);
    requirePositive(this.type, 'warmupSteps', this.config.warmupSteps);
    requireNumber(this.type, 'scale', this.config.scale);
  }

  call(step: Tensor): Tensor {
    const { modelSize, warmupSteps, scale } = this.config;
    const t = step.add(1);
    return t
      .rsqrt()
      .minimum(t.mul(warmupSteps ** -1.5))
      .mul(scale * modelSize ** -0.5);
  }
}
