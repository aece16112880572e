import { type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';
import { moved } from './moving.ts';

/** Own config of {@link Lion}. */
export interface LionConfig {
  /** How much of the momentum is in a step. 0 to below 1, default 0.9. */
  readonly beta1: number;
  /** How slowly the momentum moves. 0 to below 1, default 0.99. */
  readonly beta2: number;
}

type LionSlots = { readonly momentum: Tensor };

/**
 * Steps of one size in the direction of a sign: `w -= rate sign(beta1 m + (1 - beta1) g)`, then `m += (1 - beta2) (g - m)`.
 * Half of Adam's memory; take a rate 3 to 10 times smaller and a weight decay as much larger than there.
 * Chen et al., 2023, arXiv:2302.06675.
 */
export class Lion extends Optimizer<LionConfig, LionSlots> {
  static override readonly type: string = 'Lion';
  static override readonly defaults: object = { learningRate: 0.001, beta1: 0.9, beta2: 0.99 };
  static override readonly limits: Readonly<Record<string, number>> = { beta1: 1, beta2: 1 };

  protected override slots(parameter: Tensor): LionSlots {
    return { momentum: zerosLike(parameter) };
  }

  protected update({ parameter, gradient, slots, rate, config }: UpdateCall<LionConfig, LionSlots>): Update<LionSlots> {
    const direction = slots.momentum
      .mul(config.beta1)
      .add(gradient.mul(1 - config.beta1))
      .sign();
    return {
      parameter: parameter.sub(direction.mul(rate)),
      slots: { momentum: moved(slots.momentum, gradient, config.beta2) },
    };
  }
}
