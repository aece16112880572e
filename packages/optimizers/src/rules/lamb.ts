import { type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';
import { moved, reached } from './moving.ts';

/** Own config of {@link Lamb}. */
export interface LambConfig {
  /** How slowly the mean of gradients moves. 0 to below 1, default 0.9. */
  readonly beta1: number;
  /** How slowly the mean of their squares moves. 0 to below 1, default 0.999. */
  readonly beta2: number;
  /** Keeps the division finite; added to the root. Default 1e-7. */
  readonly epsilon: number;
}

type LambSlots = { readonly momentum: Tensor; readonly velocity: Tensor };

/**
 * Adam whose step is as long, in each parameter, as the parameter itself: with Adam's direction
 * `d = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)`, `w -= rate |w| / |d| d`. For very large batches.
 * You et al., 2019, arXiv:1904.00962.
 */
export class Lamb extends Optimizer<LambConfig, LambSlots> {
  static override readonly type: string = 'Lamb';
  static override readonly defaults: object = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
  static override readonly limits: Readonly<Record<string, number>> = {
    beta1: 1,
    beta2: 1,
    epsilon: Number.POSITIVE_INFINITY,
  };

  protected override slots(parameter: Tensor): LambSlots {
    return { momentum: zerosLike(parameter), velocity: zerosLike(parameter) };
  }

  protected update(call: UpdateCall<LambConfig, LambSlots>): Update<LambSlots> {
    const { parameter, gradient, slots, rate, step, config } = call;
    const momentum = moved(slots.momentum, gradient, config.beta1);
    const velocity = moved(slots.velocity, gradient.square(), config.beta2);
    const scale = velocity.div(reached(config.beta2, step)).sqrt().add(config.epsilon);
    const direction = momentum.div(reached(config.beta1, step)).div(scale);
    const [own, its] = [norm(parameter), norm(direction)];
    const both = own.greater(0).logicalAnd(its.greater(0));
    const trust = both.where(own.div(both.where(its, 1)), 1);
    return { parameter: parameter.sub(direction.mul(trust.mul(rate))), slots: { momentum, velocity } };
  }
}

function norm(x: Tensor): Tensor {
  return x.square().sum().sqrt();
}
