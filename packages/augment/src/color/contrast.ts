import { type Complete, type Field, positional, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { perImage } from '../base/draw.ts';
import { type Factor, type FactorRange, valueRange } from '../base/options.ts';
import type { ColorOptions } from './brightness.ts';
import { clipped } from './values.ts';

const lowerUpper: Field<FactorRange> = {
  must: 'a number from 0 to 1, or two, [lower, upper]',
  fallback: undefined,
  read: (value) => {
    const ends = typeof value === 'number' ? [value, value] : value;
    if (!Array.isArray(ends) || ends.length !== 2) return undefined;
    const [lower, upper] = ends;
    return lower >= 0 && lower <= 1 && upper >= 0 && Number.isFinite(upper) ? [lower, upper] : undefined;
  },
};

/**
 * Moves the values of each image away from the mean of their channel, or towards it: `(x - mean) * f + mean` with `f` between
 * `1 - lower` and `1 + upper`. A single number is both.
 * @example new RandomContrast(0.3)
 */
export class RandomContrast extends Augmentation<
  Complete<{ readonly factor: FactorRange; readonly valueRange: FactorRange }>
> {
  static override readonly type: string = 'RandomContrast';

  constructor(factor: Factor | (ColorOptions & { readonly factor: Factor }), options: ColorOptions = {}) {
    super(readLayerOptions('RandomContrast', { factor: lowerUpper, valueRange }, positional({ factor }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const { factor, valueRange } = this.config;
    const gain = perImage(images, [1 - factor[0], 1 + factor[1]]);
    return {
      images(x) {
        const mean = x.mean([1, 2], { keepDims: true });
        return clipped(x.sub(mean).mul(gain).add(mean), valueRange);
      },
    };
  }
}
