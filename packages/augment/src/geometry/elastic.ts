import { type Complete, type LayerOptions, readLayerOptions } from '@nablajs/layers/options';
import { randomUniform, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { chance } from '../base/draw.ts';
import { type Factor, type FactorRange, range, share } from '../base/options.ts';
import { gaussianKernel, smooth } from '../filter/gaussian.ts';
import { type GeometricOptions, geometricFields } from './geometric.ts';
import { numbered } from './matrix.ts';
import { type Reading, sample } from './sample.ts';

/** Options of {@link RandomElasticTransform}. */
export interface RandomElasticTransformOptions extends GeometricOptions, LayerOptions {
  /** Probability that an image is changed; a number stands for 0 to itself, [low, high] is drawn from. Default 1. */
  readonly factor?: Factor;
  /** Strength; a number stands for 0 to itself. Default 1. */
  readonly scale?: Factor;
}

/**
 * Bends each image like rubber (Simard et al., 2003): every pixel is shifted, with a deviation of an eightieth of the longer side
 * at `scale` 1, by noise smoothed over a twentieth of the shorter side. Boxes and points stay where they are. Keras smooths in the same
 * way without making up for what smoothing takes, so that its shifts are smaller.
 * @example new RandomElasticTransform({ scale: 0.5 })
 */
export class RandomElasticTransform extends Augmentation<
  Complete<Required<GeometricOptions> & { readonly factor: FactorRange; readonly scale: FactorRange }>
> {
  static override readonly type: string = 'RandomElasticTransform';

  constructor(options: RandomElasticTransformOptions = {}) {
    const scale = range(
      'a number of at least 0, or two',
      (value) => [0, value],
      ([low]) => low >= 0,
      [0, 1],
    );
    const fields = { factor: share([1, 1]), scale, ...geometricFields() };
    super(readLayerOptions('RandomElasticTransform', fields, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const [batch, height, width] = images.shape as [number, number, number, number];
    const [low, high] = this.config.scale;
    const alpha = randomUniform([batch, 1, 1, 1], { minval: low, maxval: high })
      .mul(0.1 * Math.max(height, width))
      .mul(chance(images, this.config.factor).cast('float32').reshape([batch, 1, 1, 1]));
    const kernel = gaussianKernel(Math.max(0.5, 0.05 * Math.min(height, width)));
    const noise = randomUniform([batch, height, width, 2], { minval: -1, maxval: 1 });
    // Smoothing leaves little of the noise: its deviation, 1/sqrt(3), shrinks by the sum of the squared weights.
    const left = kernel.reduce((sum, weight) => sum + weight ** 2, 0) / Math.sqrt(3);
    const shift = smooth(noise, kernel)
      .mul(1 / (8 * left))
      .mul(alpha);
    const along = (axis: 0 | 1): Tensor => shift.slice([0, 0, 0, axis], [batch, height, width, 1]).squeeze([3]);
    const places = { x: along(0).add(numbered(width, 2)), y: along(1).add(numbered(height, 1)) };
    const read = (x: Tensor, reading: Reading): Tensor => sample(x, places, reading);
    return {
      images: (x) => read(x, this.config),
      masks: (x) => read(x.cast('float32'), { ...this.config, interpolation: 'nearest' }).cast(x.dtype),
    };
  }
}
