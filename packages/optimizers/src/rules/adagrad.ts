import { full, type Tensor } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';

/** Own config of {@link Adagrad}. */
export interface AdagradConfig {
  /** What the sum of squares starts from. Default 0.1. */
  readonly initialAccumulatorValue: number;
  /** Keeps the division finite; added under the root. Default 1e-7. */
  readonly epsilon: number;
}

type AdagradSlots = { readonly accumulator: Tensor };

/**
 * Gradients divided by the root of the sum of all their squares so far: `a += g^2`, `w -= rate g / sqrt(a + epsilon)`.
 * Duchi et al., 2011, jmlr.org/papers/v12/duchi11a.html.
 */
export class Adagrad extends Optimizer<AdagradConfig, AdagradSlots> {
  static override readonly type: string = 'Adagrad';
  static override readonly defaults: object = { learningRate: 0.001, initialAccumulatorValue: 0.1, epsilon: 1e-7 };
  static override readonly limits: Readonly<Record<string, number>> = {
    initialAccumulatorValue: Number.POSITIVE_INFINITY,
    epsilon: Number.POSITIVE_INFINITY,
  };

  protected override slots({ shape, dtype }: Tensor): AdagradSlots {
    return { accumulator: full(shape, this.config.initialAccumulatorValue, dtype) };
  }

  protected update(call: UpdateCall<AdagradConfig, AdagradSlots>): Update<AdagradSlots> {
    const { parameter, gradient, slots, rate, config } = call;
    const accumulator = slots.accumulator.add(gradient.square());
    const step = gradient.mul(rate).div(accumulator.add(config.epsilon).sqrt());
    return { parameter: parameter.sub(step), slots: { accumulator } };
  }
}

export { Adagrad as AdaGrad };
