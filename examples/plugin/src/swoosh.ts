import { ConfigError, configFrom, NamedActivation, type Tensor } from 'nablajs';

/** Configuration of {@link Swoosh}. */
export interface SwooshConfig {
  /** How quickly it turns at 0. Default 1, with which it is `silu`. */
  readonly slope: number;
}

/** `x · sigmoid(slope · x)`: the larger the slope, the more like `relu`. */
export class Swoosh extends NamedActivation<SwooshConfig> {
  static override readonly type: string = 'acme/Swoosh';

  /** @throws ConfigError unless slope > 0 */
  constructor(config: Partial<SwooshConfig> = {}) {
    super(configFrom('acme/Swoosh', { slope: 1 }, config));
    if (!(this.config.slope > 0)) {
      throw new ConfigError(`acme/Swoosh: slope must be above 0, got ${this.config.slope}.`);
    }
  }

  override apply(x: Tensor): Tensor {
    return x.mul(x.mul(this.config.slope).sigmoid());
  }
}
