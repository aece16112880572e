import { type Complete, type Field, readLayerOptions } from '@nablajs/layers/options';
import { randomUniform, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { type Factor, valueRange } from '../base/options.ts';
import { type ColorOptions, RandomBrightness } from './brightness.ts';
import { RandomContrast } from './contrast.ts';
import { RandomHue } from './hue.ts';
import { RandomSaturation } from './saturation.ts';

/** Options of {@link RandomColorJitter}. */
export interface RandomColorJitterOptions extends ColorOptions {
  /** As in {@link RandomBrightness}. Default `null`: it stays. */
  readonly brightnessFactor?: Factor | null;
  /** As in {@link RandomContrast}. Default `null`: it stays. */
  readonly contrastFactor?: Factor | null;
  /** As in {@link RandomSaturation}. Default `null`: it stays. */
  readonly saturationFactor?: Factor | null;
  /** As in {@link RandomHue}. Default `null`: it stays. */
  readonly hueFactor?: Factor | null;
}

/** The layers check their own. */
const factor: Field<Factor | null> = {
  must: 'a number, or two, [low, high]',
  fallback: null,
  read: (value) =>
    value === null || Number.isFinite(value) || Array.isArray(value) ? (value as Factor | null) : undefined,
};

/**
 * Changes brightness, contrast, saturation and hue of each image, in one of two orders.
 * @example new RandomColorJitter({ brightnessFactor: 0.2, hueFactor: 0.1 })
 */
export class RandomColorJitter extends Augmentation<Complete<RandomColorJitterOptions>> {
  static override readonly type: string = 'RandomColorJitter';
  readonly #before: readonly Augmentation[];
  readonly #contrast: Augmentation | null;
  readonly #after: readonly Augmentation[];

  constructor(options: RandomColorJitterOptions = {}) {
    const fields = {
      brightnessFactor: factor,
      contrastFactor: factor,
      saturationFactor: factor,
      hueFactor: factor,
      valueRange,
    };
    super(readLayerOptions('RandomColorJitter', fields, options));
    const { brightnessFactor, contrastFactor, saturationFactor, hueFactor } = this.config;
    const rest = { valueRange: this.config.valueRange };
    this.#before = brightnessFactor === null ? [] : [new RandomBrightness(brightnessFactor, rest)];
    this.#after = [
      ...(saturationFactor === null ? [] : [new RandomSaturation(saturationFactor, rest)]),
      ...(hueFactor === null ? [] : [new RandomHue(hueFactor, rest)]),
    ];
    this.#contrast = contrastFactor === null ? null : new RandomContrast(contrastFactor, rest);
  }

  protected override draw(images: Tensor): ImageChange {
    const changes = (layers: readonly Augmentation[]): readonly ImageChange[] =>
      layers.map((layer) => layer.change(images, { training: true }));
    const [before, after] = [changes(this.#before), changes(this.#after)];
    const contrast = this.#contrast?.change(images, { training: true });
    const contrastFirst = randomUniform([images.shape[0]!, 1, 1, 1]).less(0.5);
    const through = (x: Tensor, steps: readonly ImageChange[]): Tensor => steps.reduce((y, step) => step.images(y), x);
    return {
      images(x) {
        const bright = through(x, before);
        if (!contrast) return through(bright, after);
        return contrastFirst.where(through(contrast.images(bright), after), contrast.images(through(bright, after)));
      },
    };
  }
}
