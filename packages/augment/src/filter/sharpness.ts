import { type Complete, positional, readLayerOptions } from '@nablajs/layers/options';
import { arange, depthwiseConv, fromData, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { blend } from '../base/blend.ts';
import { perImage } from '../base/draw.ts';
import { type Factor, type FactorRange, share, valueRange } from '../base/options.ts';
import type { ColorOptions } from '../color/brightness.ts';
import { clipped } from '../color/values.ts';

/** A weighted mean of a pixel and its eight neighbours, the pixel five times. */
const SMOOTHING = Float32Array.of(1, 1, 1, 1, 5, 1, 1, 1, 1).map((weight) => weight / 13);

/**
 * Blurs or sharpens each image: at 0 it is smoothed, at 0.5 it stays, at 1 it is as far on the other side. The pixels along the
 * border stay. A single number stands for 0 to itself.
 * @example new RandomSharpness([0.3, 0.7])
 */
export class RandomSharpness extends Augmentation<
  Complete<{ readonly factor: FactorRange; readonly valueRange: FactorRange }>
> {
  static override readonly type: string = 'RandomSharpness';

  constructor(factor: Factor | (ColorOptions & { readonly factor: Factor }), options: ColorOptions = {}) {
    super(readLayerOptions('RandomSharpness', { factor: share(), valueRange }, positional({ factor }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const { factor, valueRange } = this.config;
    const amount = perImage(images, factor).mul(2);
    return { images: (x) => clipped(blend(smoothed(x), x, amount), valueRange) };
  }
}

/** Each inner pixel as the mean of its surroundings. */
export function smoothed(x: Tensor): Tensor {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const kernel = fromData(SMOOTHING, [3, 3, 1, 1]).broadcastTo([3, 3, channels, 1]);
  const isInner = (size: number, shape: readonly number[]): Tensor => {
    const at = arange(size);
    return at
      .greater(0)
      .logicalAnd(at.less(size - 1))
      .reshape(shape);
  };
  const inner = isInner(height, [1, height, 1, 1]).logicalAnd(isInner(width, [1, 1, width, 1]));
  return inner.where(depthwiseConv(x, kernel, { padding: 'same' }), x);
}
