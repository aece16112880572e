import {
  Augmentation,
  ConfigError,
  configFrom,
  type ImageChange,
  type LayerOptions,
  randomUniform,
  type Tensor,
} from 'nablajs';

/** Configuration of {@link RandomFog}. */
export interface RandomFogConfig {
  /** The thickest fog: 0 is none, in 1 nothing is seen. Default 0.5. */
  readonly most: number;
  /** The colour of fog in the images' own values. Default 255. */
  readonly brightness: number;
}

/** Lays fog over images while training, of another thickness for each. */
export class RandomFog extends Augmentation<RandomFogConfig> {
  static override readonly type: string = 'acme/RandomFog';

  /** @throws ConfigError unless `most` is from 0 to 1 */
  constructor(options: Partial<RandomFogConfig> & LayerOptions = {}) {
    super(configFrom('acme/RandomFog', { most: 0.5, brightness: 255 }, options, ['name', 'trainable']));
    const { most } = this.config;
    if (!(most >= 0 && most <= 1)) throw new ConfigError(`acme/RandomFog: most must be from 0 to 1, got ${most}.`);
  }

  protected override draw(images: Tensor): ImageChange {
    const { most, brightness } = this.config;
    const fog = randomUniform([images.shape[0]!, 1, 1, 1], { maxval: most });
    return { images: (x) => x.mul(fog.neg().add(1)).add(fog.mul(brightness)) };
  }
}
