import { type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';
import { moved, reached } from './moving.ts';

/** Own config of {@link Adan}. */
export interface AdanConfig {
  /** How slowly the mean of gradients moves. 0 to below 1, default 0.98. */
  readonly beta1: number;
  /** How slowly the mean of their changes moves. 0 to below 1, default 0.92. */
  readonly beta2: number;
  /** How slowly the mean of squares moves. 0 to below 1, default 0.99. */
  readonly beta3: number;
  /** Keeps the division finite; added to the root. Default 1e-8. */
  readonly epsilon: number;
}

type AdanSlots = {
  readonly momentum: Tensor;
  readonly change: Tensor;
  readonly velocity: Tensor;
  readonly previous: Tensor;
};

/**
 * Nesterov momentum from the change `d = g_t - g_(t-1)` of gradients: `m`, `c` and `v` are running means of `g`, `d` and
 * `(g + beta2 d)^2`, each corrected for its start at 0, and `w -= rate (m + beta2 c) / (sqrt(v) + epsilon)`.
 * Xie et al., 2022, arXiv:2208.06677.
 */
export class Adan extends Optimizer<AdanConfig, AdanSlots> {
  static override readonly type: string = 'Adan';
  static override readonly defaults: object = {
    learningRate: 0.001,
    beta1: 0.98,
    beta2: 0.92,
    beta3: 0.99,
    epsilon: 1e-8,
  };
  static override readonly limits: Readonly<Record<string, number>> = {
    beta1: 1,
    beta2: 1,
    beta3: 1,
    epsilon: Number.POSITIVE_INFINITY,
  };

  protected override slots(parameter: Tensor): AdanSlots {
    const zero = zerosLike(parameter);
    return { momentum: zero, change: zero, velocity: zero, previous: zero };
  }

  protected update(call: UpdateCall<AdanConfig, AdanSlots>): Update<AdanSlots> {
    const { parameter, gradient, slots, rate, step, config } = call;
    const { beta1, beta2, beta3, epsilon } = config;
    const difference = step.equal(1).where(0, gradient.sub(slots.previous));
    const momentum = moved(slots.momentum, gradient, beta1);
    const change = moved(slots.change, difference, beta2);
    const velocity = moved(slots.velocity, gradient.add(difference.mul(beta2)).square(), beta3);
    const scale = velocity.div(reached(beta3, step)).sqrt().add(epsilon);
    const ahead = momentum.div(reached(beta1, step)).add(change.mul(beta2).div(reached(beta2, step)));
    return {
      parameter: parameter.sub(ahead.mul(rate).div(scale)),
      slots: { momentum, change, velocity, previous: gradient },
    };
  }
}
