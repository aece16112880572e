import { type LayerOptions, readLayerOptions } from '@nablajs/layers/options';
import { argsort, randomUniform, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange, inTurn } from '../base/augmentation.ts';
import { byNumber } from './choose.ts';
import { augmentations } from './list.ts';
import { Pipeline } from './pipeline.ts';

/**
 * Puts each image through all of the augmentations, in an order of its own. As the graph is the same for all images, each
 * augmentation is computed once per place in the order: four of them cost as much as sixteen in a `Pipeline`.
 * @throws ShapeError when an augmentation changes the size of images
 * @example new RandomOrder([new RandomContrast(0.3), new RandomHue(0.1), new RandomSharpness(0.5)])
 */
export class RandomOrder extends Augmentation<{ readonly layers: readonly Augmentation[] }> {
  static override readonly type: string = 'RandomOrder';
  readonly #inference: Pipeline;

  constructor(
    layers: readonly Augmentation[] | (LayerOptions & { readonly layers: readonly Augmentation[] }),
    options: LayerOptions = {},
  ) {
    const given = Array.isArray(layers) ? { ...options, layers } : (layers as object);
    super(readLayerOptions('RandomOrder', { layers: augmentations }, given));
    this.#inference = new Pipeline(this.given.layers);
  }

  protected override draw(images: Tensor, boxes?: Tensor): ImageChange {
    const { layers } = this.given;
    const batch = images.shape[0]!;
    const changes = layers.map((layer) => layer.change(images, { training: true }, boxes));
    const order = argsort(randomUniform([batch, layers.length]), 1);
    return inTurn(layers.map((_, place) => byNumber(order.slice([0, place], [batch, 1]).reshape([batch]), changes)));
  }

  protected override rest(images: Tensor): ImageChange {
    return this.#inference.change(images, { training: false });
  }
}
