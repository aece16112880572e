import { type Complete, optional, readLayerOptions, real } from '@nablajs/layers/options';
import { randomNormal, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from './base/augmentation.ts';
import { chance, draw } from './base/draw.ts';
import { type Factor, type FactorRange, range, share, valueRange } from './base/options.ts';
import type { ColorOptions } from './color/brightness.ts';
import { clipped } from './color/values.ts';
import { rectangles } from './geometry/rectangle.ts';

/** Options of {@link RandomErasing}. */
export interface RandomErasingOptions extends ColorOptions {
  /** Probability that something is erased; a number stands for 0 to itself, [low, high] is drawn from. Default 1. */
  readonly factor?: Factor;
  /** Share of the image's area that is erased; a number stands for 0 to itself. Default `[0.02, 0.33]`. */
  readonly scale?: Factor;
  /** What the patch is filled with; `null`, the default, fills it with noise around the middle of the value range. */
  readonly fillValue?: number | null;
}

/**
 * Hides a rectangle of each image, with proportions between 1:3 and 3:1 (Zhong et al., 2017).
 * @example new RandomErasing({ factor: [0.5, 0.5], scale: [0.02, 0.2] })
 */
export class RandomErasing extends Augmentation<
  Complete<{
    readonly factor: FactorRange;
    readonly scale: FactorRange;
    readonly fillValue: number | null;
    readonly valueRange: FactorRange;
  }>
> {
  static override readonly type: string = 'RandomErasing';

  constructor(options: RandomErasingOptions = {}) {
    const within = ([low, high]: FactorRange): boolean => low >= 0 && high <= 1;
    const scale = range('a number from 0 to 1, or two', (value) => [0, value], within, [0.02, 0.33]);
    const fields = { factor: share([1, 1]), scale, fillValue: optional(real()), valueRange };
    super(readLayerOptions('RandomErasing', fields, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const { factor, scale, fillValue, valueRange } = this.config;
    const chosen = chance(images, factor);
    const area = chosen.where(draw(images, scale), 0);
    const tallness = draw(images, [-Math.log(3), Math.log(3)])
      .mul(0.5)
      .exp();
    const { inside } = rectangles(images, area.sqrt().mul(tallness), area.sqrt().div(tallness));
    const [low, high] = valueRange;
    const filling =
      fillValue ??
      clipped(randomNormal(images.shape, { mean: (low + high) / 2, stddev: (high - low) / 4 }), valueRange);
    return { images: (x) => inside.where(filling, x) };
  }
}
