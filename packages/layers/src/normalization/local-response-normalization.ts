import { formatSpec, fromData, ShapeError, sizeOf, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import {
  type Complete,
  count,
  type LayerOptions,
  nonNegative,
  positional,
  readLayerOptions,
  real,
} from '../base/options.ts';
import { channelsLast, type DataFormat, dataFormat } from '../spatial/layout.ts';

/** Options of {@link LocalResponseNormalization}. */
export interface LocalResponseNormalizationOptions extends LayerOptions {
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly k?: number;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

const FIELDS = { size: count(5), alpha: real(1e-4), beta: real(0.75), k: nonNegative(1), dataFormat };

/**
 * Damps channels whose neighbours are large: `x / (k + alpha / size * sum x^2)^beta`, the sum over the `size` channels
 * around each. `[batch, ..., channels]` keeps its shape. The form is PyTorch's; AlexNet's has `k: 2`, `size: 5` and an alpha of
 * 1e-4 that is not divided, so `alpha: 5e-4` here. Krizhevsky et al., 2012.
 * @example new LocalResponseNormalization(5, { k: 2, alpha: 5e-4 })
 */
export class LocalResponseNormalization extends Layer<
  Complete<LocalResponseNormalizationOptions & { readonly size: number }>
> {
  static override readonly type: string = 'LocalResponseNormalization';
  static override readonly supportsMasking: boolean = true;

  constructor(
    size?: number | (LocalResponseNormalizationOptions & { readonly size?: number }),
    options: LocalResponseNormalizationOptions = {},
  ) {
    super(readLayerOptions('LocalResponseNormalization', FIELDS, positional({ size }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { size, alpha, beta, k, dataFormat } = this.config;
    if (x.rank < 2) {
      throw new ShapeError(
        `expects [batch, ..., channels], got ${formatSpec(x.spec)}. Add the batch axis with x.expandDims(0).`,
      );
    }
    return channelsLast(x, dataFormat, (x) => {
      const channels = x.shape.at(-1)!;
      const squares = x.square().reshape([sizeOf(x.shape.slice(0, -1)), channels]);
      const sums = squares.matmul(neighbours(channels, size).cast(x.dtype)).reshape(x.shape);
      return x.mul(
        sums
          .mul(alpha / size)
          .add(k)
          .pow(-beta),
      );
    });
  }
}

/** `[channels, channels]`: 1 where a channel counts for another, from `floor(size / 2)` before it on. */
function neighbours(channels: number, size: number): Tensor {
  const band = new Float32Array(channels * channels);
  for (let channel = 0; channel < channels; channel++) {
    const first = channel - Math.floor(size / 2);
    for (let at = Math.max(0, first); at < Math.min(channels, first + size); at++) band[at * channels + channel] = 1;
  }
  return fromData(band, [channels, channels]);
}
