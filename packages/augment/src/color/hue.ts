import { type Complete, positional, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { overImage, perImage, sign } from '../base/draw.ts';
import { type Factor, type FactorRange, share, valueRange } from '../base/options.ts';
import type { ColorOptions } from './brightness.ts';
import { fromHsv, toHsv } from './hsv.ts';
import { inUnits } from './values.ts';

/**
 * Turns the hue of each image, to either side: at 0 not at all, at 1 by half the circle of colours. A single number stands
 * for 0 to itself.
 * @example new RandomHue(0.1)
 */
export class RandomHue extends Augmentation<
  Complete<{ readonly factor: FactorRange; readonly valueRange: FactorRange }>
> {
  static override readonly type: string = 'RandomHue';

  constructor(factor: Factor | (ColorOptions & { readonly factor: Factor }), options: ColorOptions = {}) {
    super(readLayerOptions('RandomHue', { factor: share(), valueRange }, positional({ factor }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const { factor, valueRange } = this.config;
    const turn = perImage(images, factor)
      .mul(0.5)
      .mul(overImage(sign(images)));
    const turned = (x: Tensor): Tensor => {
      const hsv = toHsv(x);
      return fromHsv({ ...hsv, hue: hsv.hue.add(turn).mod(1) });
    };
    return { images: (x) => inUnits(x, valueRange, turned) };
  }
}
