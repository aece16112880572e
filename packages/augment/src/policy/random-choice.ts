import { type LayerOptions, readLayerOptions } from '@nablajs/layers/options';
import { ConfigError, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { chosen } from './choose.ts';
import { augmentations } from './list.ts';

/**
 * Puts each image through one of several augmentations, all equally likely. All of them are computed for the whole batch.
 * @throws ConfigError for an empty list
 * @throws ShapeError when an augmentation changes the size of images
 * @example new RandomChoice([new RandomRotation(0.1), new RandomShear({ xFactor: 0.2 })])
 */
export class RandomChoice extends Augmentation<{ readonly layers: readonly Augmentation[] }> {
  static override readonly type: string = 'RandomChoice';

  constructor(
    layers: readonly Augmentation[] | (LayerOptions & { readonly layers: readonly Augmentation[] }),
    options: LayerOptions = {},
  ) {
    const given = Array.isArray(layers) ? { ...options, layers } : (layers as object);
    super(readLayerOptions('RandomChoice', { layers: augmentations }, given));
    if (this.given.layers.length === 0) {
      throw new ConfigError('RandomChoice: layers is empty. Give at least one augmentation to choose.');
    }
  }

  protected override draw(images: Tensor, boxes?: Tensor): ImageChange {
    return chosen(this.given.layers, images, 0, boxes);
  }
}
