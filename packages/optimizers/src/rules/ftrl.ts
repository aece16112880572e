import { ConfigError, full, type Tensor, zerosLike } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { OptimizerOptions, Update, UpdateCall } from '../base/options.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** Own config of {@link Ftrl}. */
export interface FtrlConfig {
  /** How the rate falls with the sum of squares; at most 0, 0 for a fixed rate. Default -0.5. */
  readonly learningRatePower: number;
  /** What the sum of squares starts from. Default 0.1. */
  readonly initialAccumulatorValue: number;
  /** Strength of `|w|`: parameters that matter little become exactly 0. Default 0. */
  readonly l1RegularizationStrength: number;
  /** Strength of `w^2`. Default 0. */
  readonly l2RegularizationStrength: number;
  /** Strength of `w^2` as a part of gradients, which only pulls where there are gradients. Default 0. */
  readonly l2ShrinkageRegularizationStrength: number;
  /** The paper's beta. Default 0. */
  readonly beta: number;
}

type FtrlSlots = { readonly accumulator: Tensor; readonly linear: Tensor };

/**
 * Follow the regularized leader: with `n` the sum of squares, `p = -learningRatePower` and `g' = g + 2 shrinkage w`,
 * `z += g' - (n_t^p - n_(t-1)^p) / rate w`, `w = (clip(z, -l1, l1) - z) / (n_t^p / rate + 2 l2 + beta / rate)`.
 * For large sparse linear models. McMahan et al., 2013, research.google/pubs/pub41159.
 */
export class Ftrl extends Optimizer<FtrlConfig, FtrlSlots> {
  static override readonly type: string = 'Ftrl';
  static override readonly defaults: object = {
    learningRate: 0.001,
    learningRatePower: -0.5,
    initialAccumulatorValue: 0.1,
    l1RegularizationStrength: 0,
    l2RegularizationStrength: 0,
    l2ShrinkageRegularizationStrength: 0,
    beta: 0,
  };
  static override readonly limits: Readonly<Record<string, number>> = {
    initialAccumulatorValue: Number.POSITIVE_INFINITY,
    l1RegularizationStrength: Number.POSITIVE_INFINITY,
    l2RegularizationStrength: Number.POSITIVE_INFINITY,
    l2ShrinkageRegularizationStrength: Number.POSITIVE_INFINITY,
    beta: Number.POSITIVE_INFINITY,
  };

  constructor(learningRate?: number | Schedule | OptimizerOptions<FtrlConfig>, options?: OptimizerOptions<FtrlConfig>) {
    super(learningRate, options);
    const { learningRatePower } = this.config;
    if (learningRatePower <= 0) return;
    throw new ConfigError(`${this.type}: learningRatePower must be 0 or less, got ${learningRatePower}.`);
  }

  protected override slots(parameter: Tensor): FtrlSlots {
    const { shape, dtype } = parameter;
    return { accumulator: full(shape, this.config.initialAccumulatorValue, dtype), linear: zerosLike(parameter) };
  }

  protected update({ parameter, gradient, slots, rate, config }: UpdateCall<FtrlConfig, FtrlSlots>): Update<FtrlSlots> {
    const { l1RegularizationStrength: l1, l2RegularizationStrength: l2, l2ShrinkageRegularizationStrength } = config;
    const root = (n: Tensor): Tensor =>
      config.learningRatePower === -0.5 ? n.sqrt() : n.pow(-config.learningRatePower);
    const accumulator = slots.accumulator.add(gradient.square());
    const pulled =
      l2ShrinkageRegularizationStrength === 0
        ? gradient
        : gradient.add(parameter.mul(2 * l2ShrinkageRegularizationStrength));
    const slower = root(accumulator).sub(root(slots.accumulator)).div(rate);
    const linear = slots.linear.add(pulled).sub(slower.mul(parameter));
    const quadratic = root(accumulator)
      .add(config.beta)
      .div(rate)
      .add(2 * l2);
    return { parameter: linear.clip(-l1, l1).sub(linear).div(quadratic), slots: { accumulator, linear } };
  }
}
