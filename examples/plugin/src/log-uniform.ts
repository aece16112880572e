import { ConfigError, configFrom, Initializer, randomUniform, type Shape, type Tensor } from 'nablajs';

/** Configuration of {@link LogUniform}. */
export interface LogUniformConfig {
  /** Above 0. Default 0.1. */
  readonly low: number;
  /** Default 10. */
  readonly high: number;
}

/** Positive values whose logarithms are uniformly distributed: as many between 0.1 and 1 as between 1 and 10. */
export class LogUniform extends Initializer<LogUniformConfig> {
  static override readonly type: string = 'acme/LogUniform';

  /** @throws ConfigError unless 0 < low <= high */
  constructor(config: Partial<LogUniformConfig> = {}) {
    super(configFrom('acme/LogUniform', { low: 0.1, high: 10 }, config));
    const { low, high } = this.config;
    if (!(low > 0 && low <= high)) {
      throw new ConfigError(`acme/LogUniform: low and high must be above 0 and in order, got ${low} and ${high}.`);
    }
  }

  override apply(shape: Shape): Tensor {
    const { low, high } = this.config;
    return randomUniform(shape, { minval: Math.log(low), maxval: Math.log(high) }).exp();
  }
}
