// Larger by whole factors.
import type { PerAxis, Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type LayerOptions, perAxis, positional, readLayerOptions } from '../base/options.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';
import { type Interpolation, interpolation, resample } from './resample.ts';

/** Options of the up-sampling layers. */
export interface UpSamplingOptions extends LayerOptions {
  /** Factors: one number for all spatial axes, or one per axis. Default 2. */
  readonly size?: PerAxis;
  /** How cells between are filled. Default `'nearest'`: each cell is repeated. */
  readonly interpolation?: Interpolation;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/** The complete configuration of an up-sampling layer. */
export interface UpSamplingConfig {
  readonly size: readonly number[];
  readonly interpolation: Interpolation;
  readonly dataFormat: DataFormat;
}

type Main = PerAxis | UpSamplingOptions;

abstract class UpSampling extends Layer<UpSamplingConfig> {
  constructor(rank: number, size: Main | undefined, options: object) {
    const fields = { size: perAxis(rank, 2), interpolation: interpolation('nearest'), dataFormat };
    super(readLayerOptions(new.target.type, fields, positional({ size }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { size, interpolation, dataFormat } = this.config;
    channelsOf(x.spec, size.length, dataFormat);
    return channelsLast(x, dataFormat, (x) => {
      const grown = size.map((factor, i) => x.shape[i + 1]! * factor);
      return resample(x, grown, interpolation);
    });
  }
}

/**
 * Every step several times: `[batch, steps, channels] -> [batch, steps * size, channels]`.
 * @example new UpSampling1D(2)
 */
export class UpSampling1D extends UpSampling {
  static override readonly type: string = 'UpSampling1D';

  constructor(size?: Main, options: Omit<UpSamplingOptions, 'size'> = {}) {
    super(1, size, options);
  }
}

/**
 * Images larger by whole factors: `[batch, height, width, channels] -> [batch, height * size, width * size, channels]`.
 * @example new UpSampling2D(2, { interpolation: 'bilinear' })
 */
export class UpSampling2D extends UpSampling {
  static override readonly type: string = 'UpSampling2D';

  constructor(size?: Main, options: Omit<UpSamplingOptions, 'size'> = {}) {
    super(2, size, options);
  }
}

/**
 * Volumes larger by whole factors: `[batch, depth, height, width, channels]`, each spatial axis times `size`.
 * @example new UpSampling3D([1, 2, 2])
 */
export class UpSampling3D extends UpSampling {
  static override readonly type: string = 'UpSampling3D';

  constructor(size?: Main, options: Omit<UpSamplingOptions, 'size'> = {}) {
    super(3, size, options);
  }
}
