import { type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';

/** Own config of {@link Adadelta}. */
export interface AdadeltaConfig {
  /** How slowly the running means move. 0 to below 1, default 0.95. */
  readonly rho: number;
  /** Keeps the division finite and starts the first step; added under the roots. Default 1e-7. */
  readonly epsilon: number;
}

type AdadeltaSlots = { readonly accumulatedGradient: Tensor; readonly accumulatedDelta: Tensor };

/**
 * Steps as large as recent steps, in the units of the parameter: `a = rho a + (1 - rho) g^2`,
 * `d = g sqrt(b + epsilon) / sqrt(a + epsilon)`, `b = rho b + (1 - rho) d^2`, `w -= rate d`. Keras' learning rate of
 * 0.001 is the default; the paper's is 1. Zeiler, 2012, arXiv:1212.5701.
 */
export class Adadelta extends Optimizer<AdadeltaConfig, AdadeltaSlots> {
  static override readonly type: string = 'Adadelta';
  static override readonly defaults: object = { learningRate: 0.001, rho: 0.95, epsilon: 1e-7 };
  static override readonly limits: Readonly<Record<string, number>> = { rho: 1, epsilon: Number.POSITIVE_INFINITY };

  protected override slots(parameter: Tensor): AdadeltaSlots {
    return { accumulatedGradient: zerosLike(parameter), accumulatedDelta: zerosLike(parameter) };
  }

  protected update(call: UpdateCall<AdadeltaConfig, AdadeltaSlots>): Update<AdadeltaSlots> {
    const { parameter, gradient, slots, rate, config } = call;
    const running = (average: Tensor, value: Tensor): Tensor =>
      average.mul(config.rho).add(value.square().mul(1 - config.rho));
    const root = (mean: Tensor): Tensor => mean.add(config.epsilon).sqrt();
    const accumulatedGradient = running(slots.accumulatedGradient, gradient);
    const delta = gradient.mul(root(slots.accumulatedDelta)).div(root(accumulatedGradient));
    const accumulatedDelta = running(slots.accumulatedDelta, delta);
    return { parameter: parameter.sub(delta.mul(rate)), slots: { accumulatedGradient, accumulatedDelta } };
  }
}

export { Adadelta as AdaDelta };
