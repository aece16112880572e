import { ConfigError, configFrom, Schedule, type Tensor } from 'nablajs';

/** Configuration of {@link Knee}. */
export interface KneeConfig {
  /** The rate while exploring. Default 0.01. */
  readonly peak: number;
  /** Updates at the peak. Default 1000. */
  readonly explore: number;
  /** Updates on the way to 0. Default 1000. */
  readonly exploit: number;
}

/** The peak for a while, then a straight line to 0 (Iyer et al., 2020). */
export class Knee extends Schedule<KneeConfig> {
  static override readonly type: string = 'acme/Knee';

  /** @throws ConfigError when the line down has no length */
  constructor(config: Partial<KneeConfig> = {}) {
    super(configFrom('acme/Knee', { peak: 0.01, explore: 1000, exploit: 1000 }, config));
    if (!(this.config.exploit > 0)) {
      throw new ConfigError(`acme/Knee: exploit must be a number of updates above 0, got ${this.config.exploit}.`);
    }
  }

  call(step: Tensor): Tensor {
    const { peak, explore, exploit } = this.config;
    const left = step.sub(explore).div(-exploit).add(1);
    return left.minimum(1).maximum(0).mul(peak);
  }
}
