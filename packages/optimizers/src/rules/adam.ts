import { type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';
import type { AdamSlots } from './adam-slots.ts';
import { moved, reached } from './moving.ts';

/** Own config of {@link Adam}. */
export interface AdamConfig {
  /** How slowly the mean of gradients moves. 0 to below 1, default 0.9. */
  readonly beta1: number;
  /** How slowly the mean of their squares moves. 0 to below 1, default 0.999. */
  readonly beta2: number;
  /** Keeps the division finite; added to the root. Default 1e-7. */
  readonly epsilon: number;
  /** Divide by the largest mean square so far. Reddi et al., 2018, arXiv:1904.09237. Default `false`. */
  readonly amsgrad: boolean;
}

/**
 * Running means of gradients and of their squares, both corrected for their start at 0:
 * `m += (1 - beta1) (g - m)`, `v += (1 - beta2) (g^2 - v)`, `w -= rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon)`.
 * Kingma and Ba, 2014, arXiv:1412.6980, the form before its section 2.1.
 */
export class Adam extends Optimizer<AdamConfig, AdamSlots> {
  static override readonly type: string = 'Adam';
  static override readonly defaults: object = {
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    amsgrad: false,
  };
  static override readonly limits: Readonly<Record<string, number>> = {
    beta1: 1,
    beta2: 1,
    epsilon: Number.POSITIVE_INFINITY,
  };

  protected override slots(parameter: Tensor): AdamSlots {
    const zero = zerosLike(parameter);
    return { momentum: zero, velocity: zero, ...(this.config.amsgrad && { velocityHat: zero }) };
  }

  protected update(call: UpdateCall<AdamConfig, AdamSlots>): Update<AdamSlots> {
    const { parameter, gradient, slots, rate, step, config } = call;
    const momentum = moved(slots.momentum, gradient, config.beta1);
    const velocity = moved(slots.velocity, gradient.square(), config.beta2);
    const velocityHat = slots.velocityHat?.maximum(velocity);
    const alpha = rate.mul(reached(config.beta2, step).sqrt()).div(reached(config.beta1, step));
    const scale = (velocityHat ?? velocity).sqrt().add(config.epsilon);
    return {
      parameter: parameter.sub(momentum.div(scale).mul(alpha)),
      slots: { momentum, velocity, ...(velocityHat && { velocityHat }) },
    };
  }
}

/**
 * {@link Adam} with weight decay apart from the gradient, 0.004 by default: `w -= weightDecay rate w` before each update.
 * Loshchilov and Hutter, 2017, arXiv:1711.05101.
 */
export class AdamW extends Adam {
  static override readonly type: string = 'AdamW';
  static override readonly defaults: object = { ...Adam.defaults, weightDecay: 0.004 };
}
