import { type Complete, positional, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { blend } from '../base/blend.ts';
import { chance, overImage, perImage } from '../base/draw.ts';
import { type Factor, type FactorRange, probability, share, valueRange } from '../base/options.ts';
import type { ColorOptions } from './brightness.ts';
import { grey } from './values.ts';

type Config = Complete<{ readonly factor: FactorRange; readonly valueRange: FactorRange }>;

/**
 * Takes colour out of each image: at 0 it stays, at 1 it is grey. A single number stands for 0 to itself.
 * @example new RandomColorDegeneration(0.5)
 */
export class RandomColorDegeneration extends Augmentation<Config> {
  static override readonly type: string = 'RandomColorDegeneration';

  constructor(factor: Factor | (ColorOptions & { readonly factor: Factor }), options: ColorOptions = {}) {
    const fields = { factor: share(), valueRange };
    super(readLayerOptions('RandomColorDegeneration', fields, positional({ factor }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const amount = perImage(images, this.config.factor);
    return { images: (x) => blend(x, grey(x), amount) };
  }
}

/**
 * Makes images grey, each with a probability; the three channels stay. A single number stands for itself, [low, high] is
 * drawn from.
 * @example new RandomGrayscale(0.3)
 */
export class RandomGrayscale extends Augmentation<Complete<{ readonly factor: FactorRange }>> {
  static override readonly type: string = 'RandomGrayscale';

  constructor(factor: Factor | (ColorOptions & { readonly factor?: Factor }) = {}, options: ColorOptions = {}) {
    super(readLayerOptions('RandomGrayscale', { factor: probability([0.5, 0.5]) }, positional({ factor }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const chosen = overImage(chance(images, this.config.factor));
    return { images: (x) => chosen.where(grey(x).broadcastTo(x.shape), x) };
  }
}

/**
 * Turns bright to dark and dark to bright, in each image with a probability. A single number stands for 0 to itself.
 * @example new RandomInvert([0.2, 0.2])
 */
export class RandomInvert extends Augmentation<Config> {
  static override readonly type: string = 'RandomInvert';

  constructor(factor: Factor | (ColorOptions & { readonly factor?: Factor }) = {}, options: ColorOptions = {}) {
    const fields = { factor: share([0, 1]), valueRange };
    super(readLayerOptions('RandomInvert', fields, positional({ factor }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const { factor, valueRange } = this.config;
    const chosen = overImage(chance(images, factor));
    return { images: (x) => chosen.where(x.neg().add(valueRange[0] + valueRange[1]), x) };
  }
}
