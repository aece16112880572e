import { type Complete, fraction, type LayerOptions, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, changeOf, type ImageChange } from '../base/augmentation.ts';
import { chance } from '../base/draw.ts';
import { whereTrue } from './choose.ts';
import { augmentations } from './list.ts';
import { Pipeline } from './pipeline.ts';

/** Options of {@link RandomApply}. */
export interface RandomApplyOptions extends LayerOptions {
  /** How likely an image is to go through all of them. Default 0.5. */
  readonly rate?: number;
}

/**
 * Puts some images of a batch through augmentations, one after the other, and leaves the others alone.
 * @throws ShapeError when the augmentations change the size of images
 * @example new RandomApply([new RandomGaussianBlur()], { rate: 0.1 })
 */
export class RandomApply extends Augmentation<
  Complete<RandomApplyOptions> & { readonly layers: readonly Augmentation[] }
> {
  static override readonly type: string = 'RandomApply';
  readonly #all: Pipeline;

  constructor(
    layers: readonly Augmentation[] | (RandomApplyOptions & { readonly layers: readonly Augmentation[] }),
    options: RandomApplyOptions = {},
  ) {
    const given = Array.isArray(layers) ? { ...options, layers } : (layers as object);
    super(readLayerOptions('RandomApply', { layers: augmentations, rate: fraction(0.5) }, given));
    this.#all = new Pipeline(this.given.layers);
  }

  protected override draw(images: Tensor, boxes?: Tensor): ImageChange {
    const { rate } = this.config;
    const change = this.#all.change(images, { training: true }, boxes);
    const isChanged = chance(images, [rate, rate]);
    return changeOf((part, value) => {
      const step = change[part];
      return step ? whereTrue(isChanged, step(value), value) : value;
    });
  }
}
