import { type Complete, count, fraction, type LayerOptions, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange, inTurn } from '../base/augmentation.ts';
import { type FactorRange, interpolation, type PixelInterpolation, valueRange } from '../base/options.ts';
import { chosen } from './choose.ts';
import { operations } from './operations.ts';

/** Options of {@link RandAugment}. */
export interface RandAugmentOptions extends LayerOptions {
  /** The values images have. Default `[0, 255]`. */
  readonly valueRange?: FactorRange;
  /** How many augmentations each image goes through. Default 2. */
  readonly numOps?: number;
  /** Strength, from 0 to 1. Default 0.5. */
  readonly factor?: number;
  /** Default `bilinear`. */
  readonly interpolation?: PixelInterpolation;
}

/**
 * Puts each image through a few augmentations, each chosen at random from eleven: shear, translation, rotation, brightness,
 * colour, contrast, sharpness, posterization, solarization, auto-contrast and equalization (Cubuk et al., 2019).
 * @example new RandAugment({ factor: 0.3 })
 */
export class RandAugment extends Augmentation<Complete<RandAugmentOptions>> {
  static override readonly type: string = 'RandAugment';
  readonly #layers: readonly Augmentation[];

  constructor(options: RandAugmentOptions = {}) {
    const fields = { valueRange, numOps: count(2), factor: fraction(0.5), interpolation };
    super(readLayerOptions('RandAugment', fields, options));
    this.#layers = operations(this.config, true);
  }

  protected override draw(images: Tensor): ImageChange {
    return inTurn(Array.from({ length: this.config.numOps }, () => chosen(this.#layers, images)));
  }
}
