import { type Tensor, zerosLike } from '@nablajs/tensor';
import { requireCount, requirePositive } from '../base/config.ts';
import { Optimizer } from '../base/optimizer.ts';
import type { OptimizerOptions, Update, UpdateCall } from '../base/options.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { moved, reached } from './moving.ts';

/** Own config of {@link ScheduleFreeAdamW}. */
export interface ScheduleFreeAdamWConfig {
  /** The share of the average in the parameters. Above 0 to below 1, default 0.9. */
  readonly beta1: number;
  /** How slowly the mean of squares moves. 0 to below 1, default 0.999. */
  readonly beta2: number;
  /** Keeps the division finite; added to the root. Default 1e-8. */
  readonly epsilon: number;
  /** Updates over which the rate grows to its value. Default 0. */
  readonly warmupSteps: number;
}

type ScheduleFreeSlots = { readonly momentum: Tensor; readonly velocity: Tensor };

/**
 * A constant rate that ends as well as one that decays: `z -= rate g / (sqrt(v / (1 - beta2^t)) + epsilon)` moves fast, the
 * mean `x += (z - x) / t` slowly, and the parameters are `(1 - beta1) z + beta1 x`. No number of steps need be known.
 * Defazio et al., 2024, arXiv:2405.15682.
 */
export class ScheduleFreeAdamW extends Optimizer<ScheduleFreeAdamWConfig, ScheduleFreeSlots> {
  static override readonly type: string = 'ScheduleFreeAdamW';
  static override readonly defaults: object = {
    learningRate: 0.0025,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    warmupSteps: 0,
  };
  static override readonly limits: Readonly<Record<string, number>> = {
    beta1: 1,
    beta2: 1,
    epsilon: Number.POSITIVE_INFINITY,
  };

  constructor(
    learningRate?: number | Schedule | OptimizerOptions<ScheduleFreeAdamWConfig>,
    options?: OptimizerOptions<ScheduleFreeAdamWConfig>,
  ) {
    super(learningRate, options);
    requirePositive(this.type, 'beta1', this.config.beta1);
    requireCount(this.type, 'warmupSteps', this.config.warmupSteps, 0);
  }

  protected override slots(parameter: Tensor): ScheduleFreeSlots {
    return { momentum: parameter, velocity: zerosLike(parameter) };
  }

  protected update(call: UpdateCall<ScheduleFreeAdamWConfig, ScheduleFreeSlots>): Update<ScheduleFreeSlots> {
    const { parameter, gradient, slots, rate, step, config } = call;
    const { beta1, beta2, epsilon, warmupSteps } = config;
    const warm = warmupSteps === 0 ? rate : rate.mul(step.div(warmupSteps).minimum(1));
    const velocity = moved(slots.velocity, gradient.square(), beta2);
    const scale = velocity.div(reached(beta2, step)).sqrt().add(epsilon);
    const momentum = slots.momentum.sub(gradient.mul(warm).div(scale));
    const mean = parameter.sub(slots.momentum.mul(1 - beta1)).div(beta1);
    const next = mean.add(momentum.sub(mean).div(step));
    return { parameter: momentum.mul(1 - beta1).add(next.mul(beta1)), slots: { momentum, velocity } };
  }
}
