import { type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';

/** Own config of {@link SGD}. */
export interface SGDConfig {
  /** The share of the last step that is kept. 0 to below 1, default 0. */
  readonly momentum: number;
  /** Look ahead along the momentum. Default `false`. */
  readonly nesterov: boolean;
}

type SGDSlots = { readonly momentum?: Tensor };

/**
 * Gradient descent: `w -= rate * g`; with momentum `v = momentum * v - rate * g`, `w += v`
 * (nesterov: `w += momentum * v - rate * g`). Learning rate 0.01 by default.
 * Sutskever et al., 2013, proceedings.mlr.press/v28/sutskever13.html.
 */
export class SGD extends Optimizer<SGDConfig, SGDSlots> {
  static override readonly type: string = 'SGD';
  static override readonly defaults: object = { learningRate: 0.01, momentum: 0, nesterov: false };
  static override readonly limits: Readonly<Record<string, number>> = { momentum: 1 };

  protected override slots(parameter: Tensor): SGDSlots {
    return this.config.momentum === 0 ? {} : { momentum: zerosLike(parameter) };
  }

  protected update({ parameter, gradient, slots, rate, config }: UpdateCall<SGDConfig, SGDSlots>): Update<SGDSlots> {
    const descent = gradient.mul(rate);
    if (!slots.momentum) return { parameter: parameter.sub(descent), slots };
    const momentum = slots.momentum.mul(config.momentum).sub(descent);
    const move = config.nesterov ? momentum.mul(config.momentum).sub(descent) : momentum;
    return { parameter: parameter.add(move), slots: { momentum } };
  }
}
