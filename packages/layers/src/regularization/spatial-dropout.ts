// Dropout of whole channels: neighbours are so alike that dropping single elements would change little.
import type { Tensor } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import { type Complete, fraction, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import { channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';
import { dropped } from './drop.ts';

/** Options of the spatial dropout layers. */
export interface SpatialDropoutOptions extends LayerOptions {
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

type Main = number | (SpatialDropoutOptions & { readonly rate: number });

abstract class SpatialDropout extends Layer<Complete<SpatialDropoutOptions & { readonly rate: number }>> {
  static override readonly supportsMasking: boolean = true;

  protected abstract readonly rank: number;

  constructor(rate: Main, options: SpatialDropoutOptions = {}) {
    super(readLayerOptions(new.target.type, { rate: fraction(), dataFormat }, positional({ rate }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const { rate, dataFormat } = this.config;
    channelsOf(x.spec, this.rank, dataFormat);
    if (!training || rate === 0) return x;
    const channels = dataFormat === 'channelsLast' ? x.rank - 1 : 1;
    const noise = x.shape.map((_, axis) => (axis === 0 || axis === channels ? null : 1));
    return dropped(x, rate, noise);
  }
}

/**
 * Drops whole channels of sequences, `[batch, steps, channels]`, as `Dropout` drops elements.
 * @example new SpatialDropout1D(0.2)
 */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly type: string = 'SpatialDropout1D';
  protected override readonly rank: number = 1;
}

/**
 * Drops whole channels of images, `[batch, height, width, channels]`. Tompson et al., 2014, arXiv:1411.4280.
 * @example new SpatialDropout2D(0.2)
 */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly type: string = 'SpatialDropout2D';
  protected override readonly rank: number = 2;
}

/**
 * Drops whole channels of volumes, `[batch, depth, height, width, channels]`.
 * @example new SpatialDropout3D(0.2)
 */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly type: string = 'SpatialDropout3D';
  protected override readonly rank: number = 3;
}
