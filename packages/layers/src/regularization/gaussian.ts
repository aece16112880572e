// Normal noise while training.
import { randomNormal, type Tensor } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import {
  type Complete,
  type Field,
  type LayerOptions,
  nonNegative,
  positional,
  readLayerOptions,
} from '../base/options.ts';

/** Everything {@link GaussianNoise} takes. */
export interface GaussianNoiseOptions extends LayerOptions {
  /** Standard deviation. */
  readonly stddev: number;
}

/** Everything {@link GaussianDropout} takes. */
export interface GaussianDropoutOptions extends LayerOptions {
  /** The rate of the `Dropout` that has the same variance: that of the factors is `rate / (1 - rate)`. */
  readonly rate: number;
}

/**
 * While training, adds normal noise of mean 0; otherwise does nothing.
 * @example new GaussianNoise(0.1)
 */
export class GaussianNoise extends Layer<Complete<GaussianNoiseOptions>> {
  static override readonly type: string = 'GaussianNoise';
  static override readonly supportsMasking: boolean = true;

  constructor(stddev: number | GaussianNoiseOptions, options: LayerOptions = {}) {
    super(readLayerOptions('GaussianNoise', { stddev: nonNegative() }, positional({ stddev }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const { stddev } = this.config;
    return training && stddev > 0 ? x.add(randomNormal(x.shape, { stddev })) : x;
  }
}

const RATE: Field<number> = {
  must: 'a number from 0 to below 1',
  fallback: undefined,
  read: (value) => (typeof value === 'number' && value >= 0 && value < 1 ? value : undefined),
};

/**
 * While training, multiplies by normal noise of mean 1 and variance `rate / (1 - rate)`; otherwise does nothing.
 * Srivastava et al., 2014, section 10.
 * @example new GaussianDropout(0.3)
 */
export class GaussianDropout extends Layer<Complete<GaussianDropoutOptions>> {
  static override readonly type: string = 'GaussianDropout';
  static override readonly supportsMasking: boolean = true;

  constructor(rate: number | GaussianDropoutOptions, options: LayerOptions = {}) {
    super(readLayerOptions('GaussianDropout', { rate: RATE }, positional({ rate }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const { rate } = this.config;
    if (!training || rate === 0) return x;
    return x.mul(randomNormal(x.shape, { mean: 1, stddev: Math.sqrt(rate / (1 - rate)) }));
  }
}
