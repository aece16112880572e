// Batches of another width or height.
import { type Complete, type LayerOptions, positional, readLayerOptions } from '@nablajs/layers/options';
import type { RandomStream } from '@nablajs/tensor';
import { type Factor, type FactorRange, interpolation, range } from '../base/options.ts';
import { BatchSize, type PixelSize, type SizeOptions, unit } from './batch-size.ts';

type Config = Complete<Required<SizeOptions> & { readonly factor: FactorRange }>;

const stretch = range(
  'a number above -1, or two, [low, high]',
  (value) => [-Math.abs(value), Math.abs(value)],
  ([low]) => low > -1,
);

function stretched(size: number, [low, high]: FactorRange, random: RandomStream): number {
  return Math.floor(size * (1 + low + unit(random) * (high - low)));
}

/**
 * Makes the images of a batch wider or narrower, all alike: by 20 to 30 per cent with `[0.2, 0.3]`. A single number stands
 * for minus to plus itself. For batches on their way to a model, not inside of one; `RandomZoom([0, 0], factor)` stretches
 * each image by itself without changing sizes.
 * @throws ConfigError in a compiled step, which has one size of images
 * @example dataset.map(({ x, y }) => ({ x: new RandomWidth(0.2).apply(x, { training: true }), y }))
 */
export class RandomWidth extends BatchSize<Config> {
  static override readonly type: string = 'RandomWidth';

  constructor(
    factor: Factor | (SizeOptions & LayerOptions & { readonly factor: Factor }),
    options: SizeOptions & LayerOptions = {},
  ) {
    super(readLayerOptions('RandomWidth', { factor: stretch, interpolation }, positional({ factor }, options)));
  }

  protected override size(height: number, width: number, random: RandomStream): PixelSize {
    return [height, stretched(width, this.config.factor, random)];
  }
}

/**
 * Makes the images of a batch taller or shorter, all alike; see {@link RandomWidth}.
 * @throws ConfigError in a compiled step, which has one size of images
 * @example new RandomHeight([0, 0.3])
 */
export class RandomHeight extends BatchSize<Config> {
  static override readonly type: string = 'RandomHeight';

  constructor(
    factor: Factor | (SizeOptions & LayerOptions & { readonly factor: Factor }),
    options: SizeOptions & LayerOptions = {},
  ) {
    super(readLayerOptions('RandomHeight', { factor: stretch, interpolation }, positional({ factor }, options)));
  }

  protected override size(height: number, width: number, random: RandomStream): PixelSize {
    return [stretched(height, this.config.factor, random), width];
  }
}
