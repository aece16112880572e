import { type Complete, type LayerOptions, positive, readLayerOptions } from '@nablajs/layers/options';
import { gather, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { rectangles } from '../geometry/rectangle.ts';
import { randomBeta } from './beta.ts';
import { mixedLabels, noMixture, partners } from './partners.ts';

/** Options of {@link CutMix}. */
export interface CutMixOptions extends LayerOptions {
  /** Both parameters of the beta distribution that areas are drawn from; 1, the default, makes all alike. */
  readonly factor?: number;
}

/**
 * Pastes a rectangle of another image of the batch into each image, and mixes their labels by area (Yun et al., 2019). Labels
 * are probabilities, `[batch, classes]`.
 * @example const { images, labels } = new CutMix().augment({ images: x, labels: y });
 */
export class CutMix extends Augmentation<Complete<{ readonly factor: number }>> {
  static override readonly type: string = 'CutMix';

  constructor(options: CutMixOptions = {}) {
    super(readLayerOptions('CutMix', { factor: positive(1) }, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const { factor } = this.config;
    const partner = partners(images);
    const side = randomBeta([images.shape[0]!], factor, factor).neg().add(1).sqrt();
    const { inside, area } = rectangles(images, side, side);
    return {
      images: (x) => inside.where(gather(x, partner), x),
      labels: mixedLabels(partner, area.neg().add(1)),
      boxes: noMixture,
      points: noMixture,
      masks: noMixture,
    };
  }
}
