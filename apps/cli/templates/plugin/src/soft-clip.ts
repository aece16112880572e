import {
  ConfigError,
  configFrom,
  Layer,
  type LayerOptions,
  type Spec,
  type Tensor,
  type Variable,
  type WeightMaker,
} from 'nablajs';
import { softClip } from './soft-clip-op.ts';

/** Configuration of {@link SoftClip}: plain data, which files hold. */
export interface SoftClipConfig {
  /** What no output exceeds. Default 1. */
  readonly limit: number;
}

/** Clips softly, after a gain for each channel that is learnt. */
export class SoftClip extends Layer<SoftClipConfig> {
  /** What files call the class. It stays as it is once models are saved. */
  static override readonly type: string = 'my-plugin/SoftClip';
  #gain!: Variable;

  /** @throws ConfigError for a limit that is none, or an option that is none */
  constructor(options: Partial<SoftClipConfig> & LayerOptions = {}) {
    super(configFrom('my-plugin/SoftClip', { limit: 1 }, options, ['name', 'trainable']));
    const { limit } = this.config;
    if (!(limit > 0)) throw new ConfigError(`my-plugin/SoftClip: limit must be above 0, got ${limit}.`);
  }

  protected override build(make: WeightMaker, input: Spec): void {
    this.#gain = make.weight('gain', input.shape.slice(-1), { initializer: 'ones' });
  }

  protected override call(x: Tensor): Tensor {
    return softClip(x.mul(this.#gain.value), this.config.limit);
  }
}
