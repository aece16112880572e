import { type Complete, type LayerOptions, positive, readLayerOptions } from '@nablajs/layers/options';
import { gather, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { overImage } from '../base/draw.ts';
import { randomBeta } from './beta.ts';
import { mixedLabels, noMixture, partners } from './partners.ts';

/** Options of {@link MixUp}. */
export interface MixUpOptions extends LayerOptions {
  /** Both parameters of the beta distribution that proportions are drawn from: small values mix seldom. Default 0.2. */
  readonly alpha?: number;
}

/**
 * Lays each image over another one of the batch, and mixes their labels in the same proportion (Zhang et al., 2017). Labels
 * are probabilities, `[batch, classes]`.
 * @example const { images, labels } = new MixUp({ alpha: 0.2 }).augment({ images: x, labels: y });
 */
export class MixUp extends Augmentation<Complete<{ readonly alpha: number }>> {
  static override readonly type: string = 'MixUp';

  constructor(options: MixUpOptions = {}) {
    super(readLayerOptions('MixUp', { alpha: positive(0.2) }, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const { alpha } = this.config;
    const partner = partners(images);
    const own = randomBeta([images.shape[0]!], alpha, alpha);
    const share = overImage(own);
    return {
      images: (x) => x.mul(share).add(gather(x, partner).mul(share.neg().add(1))),
      labels: mixedLabels(partner, own),
      boxes: noMixture,
      points: noMixture,
      masks: noMixture,
    };
  }
}
