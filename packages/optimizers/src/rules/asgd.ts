import type { Tensor, Variable } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';

/** Own config of {@link ASGD}. */
export interface ASGDConfig {
  /** How strongly parameters decay, and the rate with them. Default 1e-4. */
  readonly lambda: number;
  /** Power with which the rate decays. Default 0.75. */
  readonly alpha: number;
  /** Updates before averaging begins. Default 1e6. */
  readonly averageFrom: number;
}

type ASGDSlots = { readonly mean: Tensor };

/**
 * Gradient descent with a rate that decays, and the mean of the parameters: with
 * `eta = rate / (1 + lambda rate (t - 1))^alpha`, `w = w (1 - lambda eta) - eta g` and `mean += (w - mean) / max(1, t - averageFrom)`.
 * `averageOf` has the mean; `finalize` puts it in the parameters' place, which `fit` leaves to you. Polyak and Juditsky, 1992, doi:10.1137/0330046; as in PyTorch, whose `lambd` and
 * `t0` are `lambda` and `averageFrom`.
 */
export class ASGD extends Optimizer<ASGDConfig, ASGDSlots> {
  static override readonly type: string = 'ASGD';
  static override readonly defaults: object = { learningRate: 0.01, lambda: 1e-4, alpha: 0.75, averageFrom: 1e6 };
  static override readonly limits: Readonly<Record<string, number>> = {
    lambda: Number.POSITIVE_INFINITY,
    alpha: Number.POSITIVE_INFINITY,
    averageFrom: Number.POSITIVE_INFINITY,
  };

  protected override slots(parameter: Tensor): ASGDSlots {
    return { mean: parameter };
  }

  protected update(call: UpdateCall<ASGDConfig, ASGDSlots>): Update<ASGDSlots> {
    const { parameter, gradient, slots, rate, step, config } = call;
    const { lambda, alpha, averageFrom } = config;
    const eta = rate.div(step.sub(1).mul(rate.mul(lambda)).add(1).pow(alpha));
    const next = parameter.mul(eta.mul(-lambda).add(1)).sub(gradient.mul(eta));
    const count = step.sub(averageFrom).maximum(1);
    return { parameter: next, slots: { mean: slots.mean.add(next.sub(slots.mean).div(count)) } };
  }

  override get keepsAverages(): boolean {
    return true;
  }

  override averageOf(parameter: Variable): Variable | undefined {
    return super.averageOf(parameter) ?? this.slotOf(parameter, 'mean');
  }
}
