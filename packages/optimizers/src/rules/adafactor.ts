import { ConfigError, type Tensor, zeros, zerosLike } from '@nablajs/tensor';
import { requirePositive } from '../base/config.ts';
import { Optimizer } from '../base/optimizer.ts';
import type { OptimizerOptions, Update, UpdateCall } from '../base/options.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** Own config of {@link Adafactor}. */
export interface AdafactorConfig {
  /** The means of squares move by `1 - t^beta2Decay`: slower and slower. Below 0, default -0.8. */
  readonly beta2Decay: number;
  /** Added to squares of gradients. Default 1e-30. */
  readonly epsilon1: number;
  /** The smallest size a parameter counts with. Default 0.001. */
  readonly epsilon2: number;
  /** Steps whose root mean square exceeds it are made as long. Default 1. */
  readonly clipThreshold: number;
  /** Let the rate be at most `1 / sqrt(t)`. Default `true`. */
  readonly relativeStep: boolean;
}

type AdafactorSlots = { readonly velocity?: Tensor; readonly rows?: Tensor; readonly columns?: Tensor };

/**
 * Adam's division with hardly any memory: of a matrix it keeps the means of squares of rows `r` and of columns `c`, whose
 * product `v = r c / mean(r)` stands for all. `u = g / sqrt(v)`, `w -= max(epsilon2, rms(w)) rate u / max(1, rms(u) / clipThreshold)`.
 * Shazeer and Stern, 2018, arXiv:1804.04235.
 */
export class Adafactor extends Optimizer<AdafactorConfig, AdafactorSlots> {
  static override readonly type: string = 'Adafactor';
  static override readonly defaults: object = {
    learningRate: 0.001,
    beta2Decay: -0.8,
    epsilon1: 1e-30,
    epsilon2: 1e-3,
    clipThreshold: 1,
    relativeStep: true,
  };
  static override readonly limits: Readonly<Record<string, number>> = {
    epsilon1: Number.POSITIVE_INFINITY,
    epsilon2: Number.POSITIVE_INFINITY,
  };

  constructor(
    learningRate?: number | Schedule | OptimizerOptions<AdafactorConfig>,
    options?: OptimizerOptions<AdafactorConfig>,
  ) {
    super(learningRate, options);
    const { beta2Decay, clipThreshold } = this.config;
    requirePositive(this.type, 'clipThreshold', clipThreshold);
    if (beta2Decay < 0) return;
    throw new ConfigError(`${this.type}: beta2Decay must be below 0, got ${beta2Decay}.`);
  }

  protected override slots(parameter: Tensor): AdafactorSlots {
    const { shape, dtype, rank } = parameter;
    if (rank < 2) return { velocity: zerosLike(parameter) };
    return { rows: zeros(shape.slice(0, -1), dtype), columns: zeros([...shape.slice(0, -2), shape.at(-1)!], dtype) };
  }

  protected update(call: UpdateCall<AdafactorConfig, AdafactorSlots>): Update<AdafactorSlots> {
    const { parameter, gradient, rate, step, config } = call;
    const { velocity, slots } = squares(call);
    const limited = config.relativeStep ? rate.minimum(step.rsqrt()) : rate;
    const size = rms(parameter).maximum(config.epsilon2);
    const direction = gradient.div(velocity.sqrt());
    const excess = rms(direction).div(config.clipThreshold).maximum(1);
    return { parameter: parameter.sub(direction.mul(size.mul(limited).div(excess))), slots };
  }
}

/** The means of squares of all elements, and what is remembered of them. */
function squares({ gradient, slots, step, config }: UpdateCall<AdafactorConfig, AdafactorSlots>): {
  readonly velocity: Tensor;
  readonly slots: AdafactorSlots;
} {
  const square = gradient.square().add(config.epsilon1);
  const share = step.pow(config.beta2Decay);
  const moved = (mean: Tensor, value: Tensor): Tensor => mean.add(value.sub(mean).mul(share));
  if (slots.velocity) {
    const velocity = moved(slots.velocity, square);
    return { velocity, slots: { velocity } };
  }
  const rows = moved(slots.rows!, square.mean(-1));
  const columns = moved(slots.columns!, square.mean(-2));
  const shares = rows.div(rows.mean(-1, { keepDims: true }));
  return { velocity: shares.expandDims(-1).mul(columns.expandDims(-2)), slots: { rows, columns } };
}

function rms(x: Tensor): Tensor {
  return x.square().mean().sqrt();
}
