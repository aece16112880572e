import { type LayerOptions, readLayerOptions } from '@nablajs/layers/options';
import { argsort, oneHot, randomUniform, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';

/**
 * Puts the channels of each image in an order of its own: red may become blue, or stay.
 * @example new RandomChannelPermutation()
 */
export class RandomChannelPermutation extends Augmentation {
  static override readonly type: string = 'RandomChannelPermutation';

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('RandomChannelPermutation', {}, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const [batch, height, width, channels] = images.shape as [number, number, number, number];
    const order = argsort(randomUniform([batch, channels]), 1);
    const permutation = oneHot(order, channels).transpose([0, 2, 1]);
    return {
      images: (x) => {
        const pixels = x.reshape([batch, height * width, channels]);
        return pixels.matmul(permutation.cast(x.dtype)).reshape(x.shape);
      },
    };
  }
}
