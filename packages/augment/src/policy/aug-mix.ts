import {
  type Complete,
  count,
  flag,
  fraction,
  type LayerOptions,
  positive,
  readLayerOptions,
} from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { blend } from '../base/blend.ts';
import { overImage } from '../base/draw.ts';
import { type FactorRange, interpolation, type PixelInterpolation, valueRange } from '../base/options.ts';
import { clipped } from '../color/values.ts';
import { randomBeta, randomDirichlet } from '../mix/beta.ts';
import { chosen } from './choose.ts';
import { operations } from './operations.ts';

/** Options of {@link AugMix}. */
export interface AugMixOptions extends LayerOptions {
  /** The values images have. Default `[0, 255]`. */
  readonly valueRange?: FactorRange;
  /** How many chains are mixed. Default 3. */
  readonly numChains?: number;
  /** How many augmentations a chain has at most. Default 3. */
  readonly chainDepth?: number;
  /** Strength, from 0 to 1. Default 0.3. */
  readonly factor?: number;
  /** Parameter of the distributions that shares are drawn from. Default 1. */
  readonly alpha?: number;
  /** With brightness, colour, contrast and sharpness too. Default `true`. */
  readonly allOps?: boolean;
  /** Default `bilinear`. */
  readonly interpolation?: PixelInterpolation;
}

/**
 * Mixes each image with several of its own, each changed by a chain of random augmentations (Hendrycks et al., 2019).
 * @example new AugMix({ factor: 0.2 })
 */
export class AugMix extends Augmentation<Complete<AugMixOptions>> {
  static override readonly type: string = 'AugMix';
  readonly #layers: readonly Augmentation[];

  constructor(options: AugMixOptions = {}) {
    const fields = {
      valueRange,
      numChains: count(3),
      chainDepth: count(3),
      factor: fraction(0.3),
      alpha: positive(1),
      allOps: flag(true),
      interpolation,
    };
    super(readLayerOptions('AugMix', fields, options));
    this.#layers = operations(this.config, this.config.allOps);
  }

  protected override draw(images: Tensor): ImageChange {
    const { numChains, chainDepth, alpha, valueRange } = this.config;
    const batch = images.shape[0]!;
    const shares = randomDirichlet([batch, numChains], alpha);
    const original = overImage(randomBeta([batch], alpha, alpha));
    const chains = Array.from({ length: numChains }, () =>
      Array.from({ length: chainDepth }, () => chosen(this.#layers, images, 1)),
    );
    return {
      images(x) {
        const mixture = chains
          .map((chain, i) => {
            const share = overImage(shares.slice([0, i], [batch, 1]).reshape([batch]));
            return chain.reduce((y, step) => step.images(y), x).mul(share);
          })
          .reduce((sum, term) => sum.add(term));
        return clipped(blend(mixture, x, original), valueRange);
      },
    };
  }
}
