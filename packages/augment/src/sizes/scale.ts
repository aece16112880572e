// Batches of another size with the same proportions.
import {
  type Complete,
  count,
  type Field,
  type LayerOptions,
  optional,
  perAxis,
  positional,
  readLayerOptions,
} from '@nablajs/layers/options';
import { ConfigError, type RandomStream } from '@nablajs/tensor';
import { type Factor, type FactorRange, interpolation, range } from '../base/options.ts';
import { BatchSize, type PixelSize, type SizeOptions, unit } from './batch-size.ts';

function scaled(height: number, width: number, factor: number): PixelSize {
  return [Math.floor(height * factor), Math.floor(width * factor)];
}

/** The size whose shorter side has a length. */
function shorterSide(height: number, width: number, length: number): PixelSize {
  const factor = length / Math.min(height, width);
  return height < width ? [length, Math.floor(width * factor)] : [Math.floor(height * factor), length];
}

interface Ends {
  readonly minSize: number;
  readonly maxSize: number;
}

/**
 * Scales the images of a batch so that their shorter side has between `minSize` and `maxSize` pixels, both included; all of a
 * batch alike. For batches on their way to a model.
 * @throws ConfigError in a compiled step, which has one size of images
 * @example new RandomResize(24, 40)
 */
export class RandomResize extends BatchSize<Complete<Required<SizeOptions> & Ends>> {
  static override readonly type: string = 'RandomResize';

  constructor(
    minSize: number | (Ends & SizeOptions & LayerOptions),
    maxSize?: number,
    options: SizeOptions & LayerOptions = {},
  ) {
    const fields = { minSize: count(), maxSize: count(), interpolation };
    super(readLayerOptions('RandomResize', fields, positional({ minSize, maxSize }, options)));
    if (this.config.minSize > this.config.maxSize) {
      throw new ConfigError('RandomResize: minSize must not be above maxSize.');
    }
  }

  protected override size(height: number, width: number, random: RandomStream): PixelSize {
    const { minSize, maxSize } = this.config;
    return shorterSide(height, width, minSize + Math.floor(unit(random) * (maxSize - minSize + 1)));
  }
}

const lengths: Field<readonly number[]> = {
  must: 'a whole number of at least 1, or a list of them',
  fallback: undefined,
  read: (value) => {
    const list = Array.isArray(value) ? value : [value];
    return list.length > 0 && list.every((one) => Number.isInteger(one) && one >= 1) ? [...list] : undefined;
  },
};

/** Options of {@link RandomShortestSize}. */
export interface RandomShortestSizeOptions extends SizeOptions, LayerOptions {
  /** Greatest length of the longer side; the shorter one gives way. Default `null`: any. */
  readonly maxSize?: number | null;
}

/**
 * Scales the images of a batch so that their shorter side has one of several lengths; all of a batch alike. For batches on
 * their way to a model.
 * @throws ConfigError in a compiled step, which has one size of images
 * @example new RandomShortestSize([480, 512, 544], { maxSize: 800 })
 */
export class RandomShortestSize extends BatchSize<
  Complete<Required<SizeOptions> & { readonly minSize: readonly number[]; readonly maxSize: number | null }>
> {
  static override readonly type: string = 'RandomShortestSize';

  constructor(
    minSize:
      | number
      | readonly number[]
      | (RandomShortestSizeOptions & { readonly minSize: number | readonly number[] }),
    options: RandomShortestSizeOptions = {},
  ) {
    const fields = { minSize: lengths, maxSize: optional(count()), interpolation };
    super(readLayerOptions('RandomShortestSize', fields, positional({ minSize }, options)));
  }

  protected override size(height: number, width: number, random: RandomStream): PixelSize {
    const { minSize, maxSize } = this.config;
    const drawn = shorterSide(height, width, minSize[Math.floor(unit(random) * minSize.length)]!);
    const longer = Math.max(...drawn);
    return maxSize === null || longer <= maxSize ? drawn : scaled(height, width, maxSize / Math.max(height, width));
  }
}

/** Options of {@link ScaleJitter}. */
export interface ScaleJitterOptions extends SizeOptions, LayerOptions {
  /** Factors on the largest size that fits; a number stands for itself. Default `[0.1, 2]`. */
  readonly scaleRange?: Factor;
}

/**
 * Scales the images of a batch to a random factor of the largest size that fits into `targetSize`, `[height, width]`; all of a
 * batch alike. For batches on their way to a model.
 * @throws ConfigError in a compiled step, which has one size of images
 * @example new ScaleJitter([64, 64], { scaleRange: [0.5, 1.5] })
 */
export class ScaleJitter extends BatchSize<
  Complete<Required<SizeOptions> & { readonly targetSize: readonly number[]; readonly scaleRange: FactorRange }>
> {
  static override readonly type: string = 'ScaleJitter';

  constructor(
    targetSize:
      | number
      | readonly [number, number]
      | (ScaleJitterOptions & { readonly targetSize: number | readonly [number, number] }),
    options: ScaleJitterOptions = {},
  ) {
    const scaleRange = range(
      'a number above 0, or two, [low, high]',
      (value) => [value, value],
      ([low]) => low > 0,
      [0.1, 2],
    );
    const fields = { targetSize: perAxis(2), scaleRange, interpolation };
    super(readLayerOptions('ScaleJitter', fields, positional({ targetSize }, options)));
  }

  protected override size(height: number, width: number, random: RandomStream): PixelSize {
    const { targetSize, scaleRange } = this.config;
    const [rows, columns] = targetSize as [number, number];
    const factor = scaleRange[0] + unit(random) * (scaleRange[1] - scaleRange[0]);
    return scaled(height, width, Math.min(rows / height, columns / width) * factor);
  }
}
