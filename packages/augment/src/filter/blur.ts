import { type Complete, type Field, readLayerOptions } from '@nablajs/layers/options';
import { arange, concat, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { chance, draw, overImage } from '../base/draw.ts';
import { type Factor, type FactorRange, range, share, valueRange } from '../base/options.ts';
import type { ColorOptions } from '../color/brightness.ts';
import { clipped } from '../color/values.ts';

/** Options of {@link RandomGaussianBlur}. */
export interface RandomGaussianBlurOptions extends ColorOptions {
  /** Probability that an image is blurred; a number stands for 0 to itself, [low, high] is drawn from. Default 1. */
  readonly factor?: Factor;
  /** Pixels along each side of the kernel, odd. Default 3. */
  readonly kernelSize?: number;
  /** Standard deviation in pixels; a number stands for itself, from [low, high] one is drawn per image. Default 1. */
  readonly sigma?: Factor;
}

const odd: Field<number> = {
  must: 'an odd whole number of at least 1',
  fallback: 3,
  read: (value) =>
    Number.isInteger(value) && (value as number) % 2 === 1 && (value as number) > 0 ? (value as number) : undefined,
};

/**
 * Blurs each image with a Gaussian of its own; pixels beyond the border are those at the border.
 * @example new RandomGaussianBlur({ kernelSize: 5, sigma: [0.5, 2] })
 */
export class RandomGaussianBlur extends Augmentation<
  Complete<{
    readonly factor: FactorRange;
    readonly kernelSize: number;
    readonly sigma: FactorRange;
    readonly valueRange: FactorRange;
  }>
> {
  static override readonly type: string = 'RandomGaussianBlur';

  constructor(options: RandomGaussianBlurOptions = {}) {
    const sigma = range(
      'a number above 0, or two',
      (value) => [value, value],
      ([low]) => low > 0,
      [1, 1],
    );
    const fields = { factor: share([1, 1]), kernelSize: odd, sigma, valueRange };
    super(readLayerOptions('RandomGaussianBlur', fields, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const { factor, kernelSize, sigma, valueRange } = this.config;
    const batch = images.shape[0]!;
    const chosen = overImage(chance(images, factor));
    const distance = arange(kernelSize)
      .cast('float32')
      .sub((kernelSize - 1) / 2)
      .reshape([1, kernelSize]);
    const width = draw(images, sigma).reshape([batch, 1]);
    const powers = distance.div(width).square().mul(-0.5).exp();
    const weights = powers.div(powers.sum([1], { keepDims: true }));
    return { images: (x) => chosen.where(clipped(along(2, along(1, x, weights), weights), valueRange), x) };
  }
}

/** The weighted sum of shifted copies; `weights [batch, size]`. */
function along(axis: 1 | 2, x: Tensor, weights: Tensor): Tensor {
  const [batch, size] = weights.shape as [number, number];
  const radius = (size - 1) / 2;
  const length = x.shape[axis]!;
  const last = length - 1;
  const part = (start: number, count: number): Tensor => {
    const [starts, sizes] = [x.shape.map(() => 0), [...x.shape]];
    starts[axis] = start;
    sizes[axis] = count;
    return x.slice(starts, sizes);
  };
  const shifted = (by: number): Tensor => {
    if (by === 0) return x;
    const kept = Math.max(0, length - Math.abs(by));
    const edge = part(by > 0 ? last : 0, 1);
    const border = edge.broadcastTo(x.shape.map((n, i) => (i === axis ? length - kept : n)));
    if (kept === 0) return border;
    const inner = part(Math.max(0, by), kept);
    return concat(by > 0 ? [inner, border] : [border, inner], axis);
  };
  return Array.from({ length: size }, (_, i) =>
    shifted(i - radius).mul(weights.slice([0, i], [batch, 1]).reshape([batch, 1, 1, 1])),
  ).reduce((sum, term) => sum.add(term));
}
