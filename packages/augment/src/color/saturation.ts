import { type Complete, positional, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { perImage } from '../base/draw.ts';
import { type Factor, type FactorRange, share, valueRange } from '../base/options.ts';
import type { ColorOptions } from './brightness.ts';
import { fromHsv, toHsv } from './hsv.ts';
import { inUnits } from './values.ts';

/**
 * Multiplies the saturation of each image by `factor / (1 - factor)`: at 0 it becomes grey, at 0.5 it stays, towards 1 its
 * colours become as pure as they can. A single number stands for 0 to itself.
 * @example new RandomSaturation([0.4, 0.6])
 */
export class RandomSaturation extends Augmentation<
  Complete<{ readonly factor: FactorRange; readonly valueRange: FactorRange }>
> {
  static override readonly type: string = 'RandomSaturation';

  constructor(factor: Factor | (ColorOptions & { readonly factor: Factor }), options: ColorOptions = {}) {
    super(readLayerOptions('RandomSaturation', { factor: share(), valueRange }, positional({ factor }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const { factor, valueRange } = this.config;
    const drawn = perImage(images, factor);
    const gain = drawn.div(drawn.neg().add(1 + 1e-7));
    const purer = (x: Tensor): Tensor => {
      const hsv = toHsv(x);
      return fromHsv({ ...hsv, saturation: hsv.saturation.mul(gain).clip(0, 1) });
    };
    return { images: (x) => inUnits(x, valueRange, purer) };
  }
}
