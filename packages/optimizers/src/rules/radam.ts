import { type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update, UpdateCall } from '../base/options.ts';
import { moved, reached } from './moving.ts';

/** Own config of {@link RAdam}. */
export interface RAdamConfig {
  /** How slowly the mean of gradients moves. 0 to below 1, default 0.9. */
  readonly beta1: number;
  /** How slowly the mean of their squares moves. 0 to below 1, default 0.999. */
  readonly beta2: number;
  /** Keeps the division finite; added to the root. Default 1e-8. */
  readonly epsilon: number;
}

type RAdamSlots = { readonly momentum: Tensor; readonly velocity: Tensor };

/**
 * Adam that trusts its mean of squares only when it has seen enough: with `R = 2 / (1 - beta2) - 1` and
 * `r = R - 2 t beta2^t / (1 - beta2^t)`, updates with `r > 5` are those of Adam times
 * `sqrt((r - 4) (r - 2) R / ((R - 4) (R - 2) r))`, earlier ones `w -= rate m / (1 - beta1^t)`. It needs no warmup.
 * Liu et al., 2019, arXiv:1908.03265; defaults as in PyTorch.
 */
export class RAdam extends Optimizer<RAdamConfig, RAdamSlots> {
  static override readonly type: string = 'RAdam';
  static override readonly defaults: object = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  static override readonly limits: Readonly<Record<string, number>> = {
    beta1: 1,
    beta2: 1,
    epsilon: Number.POSITIVE_INFINITY,
  };

  protected override slots(parameter: Tensor): RAdamSlots {
    return { momentum: zerosLike(parameter), velocity: zerosLike(parameter) };
  }

  protected update(call: UpdateCall<RAdamConfig, RAdamSlots>): Update<RAdamSlots> {
    const { parameter, gradient, slots, rate, step, config } = call;
    const momentum = moved(slots.momentum, gradient, config.beta1);
    const velocity = moved(slots.velocity, gradient.square(), config.beta2);
    const longest = 2 / (1 - config.beta2) - 1;
    const length = lengthOf(config.beta2, step);
    const trust = length
      .sub(4)
      .mul(length.sub(2))
      .div(length)
      .mul(longest / ((longest - 4) * (longest - 2)));
    const enough = length.greater(5);
    const adaptive = enough.where(trust, 1).mul(reached(config.beta2, step)).sqrt();
    const scale = enough.where(velocity.sqrt().add(config.epsilon).div(adaptive), 1);
    const alpha = rate.div(reached(config.beta1, step));
    return { parameter: parameter.sub(momentum.mul(alpha).div(scale)), slots: { momentum, velocity } };
  }
}

/**
 * The number of gradients behind the mean of squares, `R - 2 t beta2^t / (1 - beta2^t)`. Early on that is the small
 * difference of two large numbers, so there its series in `x = -t ln(beta2)` is taken.
 */
function lengthOf(beta2: number, step: Tensor): Tensor {
  const speed = -Math.log(beta2);
  const longest = 2 / (1 - beta2) - 1;
  const x = step.mul(speed);
  const late = step.mul(-2).div(x.expm1()).add(longest);
  const square = x.square();
  const series = square
    .mul(-1 / 15120)
    .add(1 / 360)
    .mul(square)
    .sub(1 / 6)
    .mul(x)
    .add(1);
  const early = step.mul(series).add(longest - 2 / speed);
  return x.less(0.5).where(early, late);
}
