// Rectifiers that Keras does not have (any more), and others do.
import { randomUniform, type Tensor } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import { type Complete, type LayerOptions, nonNegative, positional, readLayerOptions } from '../base/options.ts';

/** Options of {@link ThresholdedReLU}. */
export interface ThresholdedReLUOptions extends LayerOptions {
  /** Default 1. */
  readonly theta?: number;
}

/**
 * `x` above `theta`, 0 elsewhere.
 * @example new ThresholdedReLU(1)
 */
export class ThresholdedReLU extends Layer<Complete<ThresholdedReLUOptions>> {
  static override readonly type: string = 'ThresholdedReLU';
  static override readonly supportsMasking: boolean = true;

  constructor(theta?: number | ThresholdedReLUOptions, options: LayerOptions = {}) {
    super(readLayerOptions('ThresholdedReLU', { theta: nonNegative(1) }, positional({ theta }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    return x.greater(this.config.theta).where(x, 0);
  }
}

/** Options of {@link RReLU}. */
export interface RReLUOptions extends LayerOptions {
  /** Smallest slope. Default 1 / 8. */
  readonly lower?: number;
  /** Largest slope. Default 1 / 3. */
  readonly upper?: number;
}

/**
 * `x` above 0, `slope * x` elsewhere: while training with a slope drawn for each element between `lower` and `upper`,
 * otherwise with their mean. Xu et al., 2015, arXiv:1505.00853.
 * @example new RReLU()
 */
export class RReLU extends Layer<Complete<RReLUOptions>> {
  static override readonly type: string = 'RReLU';
  static override readonly supportsMasking: boolean = true;

  constructor(lower?: number | RReLUOptions, upper?: number, options: LayerOptions = {}) {
    const fields = { lower: nonNegative(1 / 8), upper: nonNegative(1 / 3) };
    super(readLayerOptions('RReLU', fields, positional({ lower, upper }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const { lower, upper } = this.config;
    const slope = training ? randomUniform(x.shape, { minval: lower, maxval: upper }) : (lower + upper) / 2;
    return x.greater(0).where(x, x.mul(slope));
  }
}
