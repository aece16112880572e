import { type LayerOptions, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange, inTurn } from '../base/augmentation.ts';
import { augmentations } from './list.ts';

/**
 * Augmentations one after the other, for images with their labels, boxes and masks.
 * @example new Pipeline([new RandomFlip('horizontal'), new RandomRotation(0.05), new CutMix()])
 */
export class Pipeline extends Augmentation<{ readonly layers: readonly Augmentation[] }> {
  static override readonly type: string = 'Pipeline';

  constructor(
    layers: readonly Augmentation[] | ({ readonly layers: readonly Augmentation[] } & LayerOptions),
    options: LayerOptions = {},
  ) {
    const given = Array.isArray(layers) ? { ...options, layers } : (layers as object);
    super(readLayerOptions('Pipeline', { layers: augmentations }, given));
  }

  protected override draw(images: Tensor, boxes?: Tensor): ImageChange {
    return this.#through(images, true, boxes);
  }

  protected override rest(images: Tensor): ImageChange {
    return this.#through(images, false);
  }

  /** Sizes may change on the way, so that each step is drawn for what the one before makes. */
  #through(images: Tensor, training: boolean, boxes?: Tensor): ImageChange {
    let current = images;
    let around = boxes;
    const steps = this.given.layers.map((layer) => {
      const step = layer.change(current, { training }, around);
      current = step.images(current);
      around = around && (step.boxes?.(around) ?? around);
      return step;
    });
    const all = inTurn(steps);
    // What the steps were drawn for is changed already.
    return { ...all, images: (x) => (x === images ? current : all.images(x)) };
  }
}
