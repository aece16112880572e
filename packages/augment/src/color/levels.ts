// Changes of the levels that values may have.
import { type Complete, type Field, type LayerOptions, positional, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { perImage } from '../base/draw.ts';
import { type Factor, type FactorRange, share, valueRange } from '../base/options.ts';
import type { ColorOptions } from './brightness.ts';
import { clipped, inUnits } from './values.ts';

const bits: Field<number> = {
  must: 'a whole number from 1 to 8',
  fallback: undefined,
  read: (value) =>
    Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 8 ? (value as number) : undefined,
};

/**
 * Keeps only the highest `factor` of the eight bits of every value, in training.
 * @example new RandomPosterization(4)
 */
export class RandomPosterization extends Augmentation<
  Complete<{ readonly factor: number; readonly valueRange: FactorRange }>
> {
  static override readonly type: string = 'RandomPosterization';

  constructor(factor: number | (ColorOptions & { readonly factor: number }), options: ColorOptions = {}) {
    super(readLayerOptions('RandomPosterization', { factor: bits, valueRange }, positional({ factor }, options)));
  }

  protected override draw(): ImageChange {
    const { factor, valueRange } = this.config;
    const step = 2 ** (8 - factor);
    const cut = (x: Tensor): Tensor =>
      x
        .mul(255)
        .add(1e-3)
        .mul(1 / step)
        .floor()
        .mul(step / 255);
    return { images: (x) => inUnits(x, valueRange, cut) };
  }
}

/** Options of {@link Solarization}. */
export interface SolarizationOptions extends ColorOptions {
  /** Share of the value range added first; a number stands for 0 to itself. Default 0. */
  readonly additionFactor?: Factor;
  /** Share of the value range from which on values are turned around; a number stands for 0 to itself. Default 0. */
  readonly thresholdFactor?: Factor;
}

/**
 * Turns around the values from a threshold on: `x` becomes `brightest - x`, as film that saw too much light; in training.
 * @example new Solarization({ thresholdFactor: [0.5, 0.5] })
 */
export class Solarization extends Augmentation<
  Complete<{
    readonly additionFactor: FactorRange;
    readonly thresholdFactor: FactorRange;
    readonly valueRange: FactorRange;
  }>
> {
  static override readonly type: string = 'Solarization';

  constructor(options: SolarizationOptions = {}) {
    const fields = { additionFactor: share([0, 0]), thresholdFactor: share([0, 0]), valueRange };
    super(readLayerOptions('Solarization', fields, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const { additionFactor, thresholdFactor, valueRange } = this.config;
    const [low, high] = valueRange;
    const more = perImage(images, additionFactor).mul(high - low);
    const threshold = perImage(images, thresholdFactor)
      .mul(high - low)
      .add(low);
    return {
      images(x) {
        const lit = clipped(x.add(more), valueRange);
        return lit.less(threshold).where(lit, lit.neg().add(low + high));
      },
    };
  }
}

/**
 * Stretches the values of each channel over the whole range, in training and inference alike; a channel of one value stays.
 * @example new AutoContrast()
 */
export class AutoContrast extends Augmentation<Complete<{ readonly valueRange: FactorRange }>> {
  static override readonly type: string = 'AutoContrast';

  constructor(options: ColorOptions & LayerOptions = {}) {
    super(readLayerOptions('AutoContrast', { valueRange }, options));
  }

  protected override draw(): ImageChange {
    return { images: (x) => inUnits(x, this.config.valueRange, stretched) };
  }

  protected override rest(): ImageChange {
    return this.draw();
  }
}

/** Values from 0 to 1, each channel of an image spread over all of it. */
export function stretched(x: Tensor): Tensor {
  const [low, high] = [x.min([1, 2], { keepDims: true }), x.max([1, 2], { keepDims: true })];
  const spread = high.sub(low);
  const flat = spread.lessEqual(0);
  return flat.broadcastTo(x.shape).where(x, x.sub(low).div(flat.where(1, spread)));
}
