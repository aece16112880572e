import { type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';
import { moved, reached } from './moving.ts';

/** Own config of {@link Adamax}. */
export interface AdamaxConfig {
  /** How slowly the mean of gradients moves. 0 to below 1, default 0.9. */
  readonly beta1: number;
  /** How slowly the largest gradient is forgotten. 0 to below 1, default 0.999. */
  readonly beta2: number;
  /** Keeps the division finite. Default 1e-7. */
  readonly epsilon: number;
}

type AdamaxSlots = { readonly momentum: Tensor; readonly norm: Tensor };

/**
 * Adam with the largest gradient in place of the mean square: `m += (1 - beta1) (g - m)`, `u = max(beta2 u, |g|)`,
 * `w -= rate / (1 - beta1^t) m / (u + epsilon)`. Steady where gradients are rare, as with embeddings.
 * Kingma and Ba, 2014, arXiv:1412.6980, section 7.1.
 */
export class Adamax extends Optimizer<AdamaxConfig, AdamaxSlots> {
  static override readonly type: string = 'Adamax';
  static override readonly defaults: object = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
  static override readonly limits: Readonly<Record<string, number>> = {
    beta1: 1,
    beta2: 1,
    epsilon: Number.POSITIVE_INFINITY,
  };

  protected override slots(parameter: Tensor): AdamaxSlots {
    return { momentum: zerosLike(parameter), norm: zerosLike(parameter) };
  }

  protected update(call: UpdateCall<AdamaxConfig, AdamaxSlots>): Update<AdamaxSlots> {
    const { parameter, gradient, slots, rate, step, config } = call;
    const momentum = moved(slots.momentum, gradient, config.beta1);
    const norm = slots.norm.mul(config.beta2).maximum(gradient.abs());
    const alpha = rate.div(reached(config.beta1, step));
    return {
      parameter: parameter.sub(momentum.mul(alpha).div(norm.add(config.epsilon))),
      slots: { momentum, norm },
    };
  }
}
