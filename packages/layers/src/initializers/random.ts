// Initializers that draw every element from one distribution, whatever the shape.
import { randomNormal, randomUniform, type Shape, type Tensor, truncatedNormal } from '@nablajs/tensor';
import { nonNegative, readOptions, real } from '../base/options.ts';
import { Initializer } from './initializer.ts';
import { seed, seeded } from './seeded.ts';

/** Configuration of {@link RandomUniform}. */
export interface RandomUniformConfig {
  /** Default -0.05. */
  readonly minval: number;
  /** Default 0.05. */
  readonly maxval: number;
  /** Default `null`: the global stream. */
  readonly seed: number | null;
}

/** Uniformly distributed in `[minval, maxval)`. */
export class RandomUniform extends Initializer<RandomUniformConfig> {
  static override readonly type: string = 'RandomUniform';

  constructor(config: Partial<RandomUniformConfig> = {}) {
    super(readOptions('RandomUniform', { minval: real(-0.05), maxval: real(0.05), seed }, config));
  }

  override apply(shape: Shape): Tensor {
    return seeded(this.config.seed, () => randomUniform(shape, this.config));
  }
}

/** Configuration of {@link RandomNormal} and {@link TruncatedNormal}. */
export interface RandomNormalConfig {
  /** Default 0. */
  readonly mean: number;
  /** Standard deviation. Default 0.05. */
  readonly stddev: number;
  /** Default `null`: the global stream. */
  readonly seed: number | null;
}

const NORMAL = { mean: real(0), stddev: nonNegative(0.05), seed };

/** Normally distributed. */
export class RandomNormal extends Initializer<RandomNormalConfig> {
  static override readonly type: string = 'RandomNormal';

  constructor(config: Partial<RandomNormalConfig> = {}) {
    super(readOptions('RandomNormal', NORMAL, config));
  }

  override apply(shape: Shape): Tensor {
    return seeded(this.config.seed, () => randomNormal(shape, this.config));
  }
}

/** Normally distributed, without what lies more than two standard deviations from the mean. */
export class TruncatedNormal extends Initializer<RandomNormalConfig> {
  static override readonly type: string = 'TruncatedNormal';

  constructor(config: Partial<RandomNormalConfig> = {}) {
    super(readOptions('TruncatedNormal', NORMAL, config));
  }

  override apply(shape: Shape): Tensor {
    return seeded(this.config.seed, () => truncatedNormal(shape, this.config));
  }
}
