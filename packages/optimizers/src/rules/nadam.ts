import { full, pow, type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';
import { moved, reached } from './moving.ts';

/** Own config of {@link Nadam}. */
export interface NadamConfig {
  /** How slowly the mean of gradients moves, once the momentum has grown. 0 to below 1, default 0.9. */
  readonly beta1: number;
  /** How slowly the mean of their squares moves. 0 to below 1, default 0.999. */
  readonly beta2: number;
  /** Keeps the division finite; added to the root. Default 1e-7. */
  readonly epsilon: number;
}

type NadamSlots = { readonly momentum: Tensor; readonly velocity: Tensor; readonly momentumProduct: Tensor };

/**
 * Adam that looks ahead along its momentum, which grows as `u_t = beta1 (1 - 0.96^t / 2)`: with `U_t = u_1 ... u_t`
 * `w -= rate (u_(t+1) m / (1 - U_(t+1)) + (1 - u_t) g / (1 - U_t)) / (sqrt(v / (1 - beta2^t)) + epsilon)`.
 * Dozat, 2016, openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ.
 */
export class Nadam extends Optimizer<NadamConfig, NadamSlots> {
  static override readonly type: string = 'Nadam';
  static override readonly defaults: object = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
  static override readonly limits: Readonly<Record<string, number>> = {
    beta1: 1,
    beta2: 1,
    epsilon: Number.POSITIVE_INFINITY,
  };

  protected override slots(parameter: Tensor): NadamSlots {
    return {
      momentum: zerosLike(parameter),
      velocity: zerosLike(parameter),
      momentumProduct: full([], 1, parameter.dtype),
    };
  }

  protected update(call: UpdateCall<NadamConfig, NadamSlots>): Update<NadamSlots> {
    const { parameter, gradient, slots, rate, step, config } = call;
    const momentum = moved(slots.momentum, gradient, config.beta1);
    const velocity = moved(slots.velocity, gradient.square(), config.beta2);
    const [now, next] = [strength(config.beta1, step), strength(config.beta1, step.add(1))];
    const momentumProduct = slots.momentumProduct.mul(now);
    const ahead = momentum.mul(next.div(momentumProduct.mul(next).neg().add(1)));
    const here = gradient.mul(now.neg().add(1).div(momentumProduct.neg().add(1)));
    const scale = velocity.div(reached(config.beta2, step)).sqrt().add(config.epsilon);
    return {
      parameter: parameter.sub(ahead.add(here).mul(rate).div(scale)),
      slots: { momentum, velocity, momentumProduct },
    };
  }
}

/** The momentum of an update: half of `beta1` at first. */
function strength(beta1: number, step: Tensor): Tensor {
  return pow(0.96, step).mul(-0.5).add(1).mul(beta1);
}
