import { type Complete, count, type LayerOptions, positional, readLayerOptions, real } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';

/** Options of {@link MaxNumBoundingBoxes}. */
export interface MaxNumBoundingBoxesOptions extends LayerOptions {
  /** What missing boxes are filled with. Default -1. */
  readonly fillValue?: number;
}

/**
 * Gives each image the same number of boxes: surplus ones are cut off, missing ones filled in.
 * @example new MaxNumBoundingBoxes(10)
 */
export class MaxNumBoundingBoxes extends Augmentation<
  Complete<{ readonly maxNumber: number; readonly fillValue: number }>
> {
  static override readonly type: string = 'MaxNumBoundingBoxes';

  constructor(
    maxNumber: number | (MaxNumBoundingBoxesOptions & { readonly maxNumber: number }),
    options: MaxNumBoundingBoxesOptions = {},
  ) {
    const fields = { maxNumber: count(), fillValue: real(-1) };
    super(readLayerOptions('MaxNumBoundingBoxes', fields, positional({ maxNumber }, options)));
  }

  protected override draw(): ImageChange {
    const { maxNumber, fillValue } = this.config;
    return {
      images: (x) => x,
      boxes(boxes: Tensor) {
        const [batch, found] = boxes.shape as [number, number, number];
        const kept = boxes.slice([0, 0, 0], [batch, Math.min(found, maxNumber), 4]);
        return found >= maxNumber ? kept : kept.pad([[0, 0], [0, maxNumber - found], [0, 0]], fillValue); // biome-ignore format: axis by axis
      },
    };
  }

  protected override rest(): ImageChange {
    return this.draw();
  }
}
