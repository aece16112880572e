// Augmentations that change the size of all images of a batch alike.
import {
  ConfigError,
  currentTrace,
  fromData,
  type RandomStream,
  randomStream,
  resize,
  type Tensor,
} from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import type { PixelInterpolation } from '../base/options.ts';

/** A height and a width in pixels. */
export type PixelSize = readonly [height: number, width: number];

/** Options of augmentations that change sizes. */
export interface SizeOptions {
  /** Default `bilinear`; masks always take the nearest pixel. */
  readonly interpolation?: PixelInterpolation;
}

/**
 * Scales the images of a batch to a size that is drawn once for all of them, masks, boxes and points along with them. A compiled step
 * has one size, so this is for `dataset.map`; each size compiles the step that takes it once more.
 */
export abstract class BatchSize<C extends { readonly interpolation: PixelInterpolation }> extends Augmentation<C> {
  /** The size that images of a height and width get. */
  protected abstract size(height: number, width: number, random: RandomStream): PixelSize;

  protected override draw(images: Tensor): ImageChange {
    if (currentTrace() !== null) {
      throw new ConfigError(
        'a compiled step has one size of images. Change sizes before it, in dataset.map(({ x, y }) => ...).',
      );
    }
    const [, inHeight, inWidth] = images.shape as [number, number, number, number];
    const drawn = this.size(inHeight, inWidth, randomStream());
    const [height, width] = drawn.map((size) => Math.max(1, size)) as [number, number];
    const [down, across] = [height / inHeight, width / inWidth];
    return {
      images: (x) => resize(x, [height, width], this.config.interpolation),
      masks: (x) => resize(x, [height, width], 'nearest'),
      boxes: (x) => x.mul(fromData(Float32Array.of(across, down, across, down), [4]).cast(x.dtype)),
      points: (x) => x.mul(fromData(Float32Array.of(across, down), [2]).cast(x.dtype)),
    };
  }
}

/** A number from 0 up to 1, on the host. */
export function unit(random: RandomStream): number {
  return random.words(1)[0]! / 2 ** 32;
}
