import { type Complete, type LayerOptions, positional, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { perImage } from '../base/draw.ts';
import { type Factor, type FactorRange, swing, valueRange } from '../base/options.ts';
import { clipped } from './values.ts';

/** Options of colour changes. */
export interface ColorOptions extends LayerOptions {
  /** The values images have. Default `[0, 255]`; use `[0, 1]` after scaling. */
  readonly valueRange?: FactorRange;
}

/**
 * Adds a share of the value range to each image: at -1 it becomes black, at 1 white. A single number stands for minus to plus
 * itself.
 * @example new RandomBrightness(0.2)
 */
export class RandomBrightness extends Augmentation<
  Complete<{ readonly factor: FactorRange; readonly valueRange: FactorRange }>
> {
  static override readonly type: string = 'RandomBrightness';

  constructor(factor: Factor | (ColorOptions & { readonly factor: Factor }), options: ColorOptions = {}) {
    super(readLayerOptions('RandomBrightness', { factor: swing(), valueRange }, positional({ factor }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const { factor, valueRange } = this.config;
    const more = perImage(images, factor).mul(valueRange[1] - valueRange[0]);
    return { images: (x) => clipped(x.add(more), valueRange) };
  }
}
