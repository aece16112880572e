import { type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';

/** Own config of {@link RMSprop}. */
export interface RMSpropConfig {
  /** How slowly the mean square of gradients moves. 0 to below 1, default 0.9. */
  readonly rho: number;
  /** The share of the last step that is kept. 0 to below 1, default 0. */
  readonly momentum: number;
  /** Keeps the division finite; added under the root. Default 1e-7. */
  readonly epsilon: number;
  /** Divide by the variance of gradients instead of their mean square. Default `false`. */
  readonly centered: boolean;
}

type RMSpropSlots = { readonly velocity: Tensor; readonly momentum?: Tensor; readonly averageGradient?: Tensor };

/**
 * Gradients divided by the root of their running mean square: `v = rho v + (1 - rho) g^2`, `w -= rate g / sqrt(v + epsilon)`.
 * Hinton, 2012, "Neural networks for machine learning", lecture 6.
 */
export class RMSprop extends Optimizer<RMSpropConfig, RMSpropSlots> {
  static override readonly type: string = 'RMSprop';
  static override readonly defaults: object = {
    learningRate: 0.001,
    rho: 0.9,
    momentum: 0,
    epsilon: 1e-7,
    centered: false,
  };
  static override readonly limits: Readonly<Record<string, number>> = {
    rho: 1,
    momentum: 1,
    epsilon: Number.POSITIVE_INFINITY,
  };

  protected override slots(parameter: Tensor): RMSpropSlots {
    return {
      velocity: zerosLike(parameter),
      ...(this.config.momentum > 0 && { momentum: zerosLike(parameter) }),
      ...(this.config.centered && { averageGradient: zerosLike(parameter) }),
    };
  }

  protected update(call: UpdateCall<RMSpropConfig, RMSpropSlots>): Update<RMSpropSlots> {
    const { parameter, gradient, slots, rate, config } = call;
    const running = (average: Tensor, value: Tensor): Tensor => average.mul(config.rho).add(value.mul(1 - config.rho));
    const velocity = running(slots.velocity, gradient.square());
    const averageGradient = slots.averageGradient && running(slots.averageGradient, gradient);
    const spread = averageGradient ? velocity.sub(averageGradient.square()) : velocity;
    const step = gradient.mul(rate).div(spread.add(config.epsilon).sqrt());
    const momentum = slots.momentum?.mul(config.momentum).add(step);
    return {
      parameter: parameter.sub(momentum ?? step),
      slots: { velocity, ...(momentum && { momentum }), ...(averageGradient && { averageGradient }) },
    };
  }
}
