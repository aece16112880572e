// One value for each window, channel by channel. Nothing to learn.
import { avgPool, maxPool, type PerAxis, type PoolOptions, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type LayerOptions, optional, perAxis, positional, readLayerOptions } from '../base/options.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';
import { type SpatialPadding, spatialPadding } from '../spatial/padding.ts';

/** Options of the pooling layers. */
export interface PoolingOptions extends LayerOptions {
  /** Size of the window: one number for all spatial axes, or one per axis. Default 2. */
  readonly poolSize?: PerAxis;
  /** Cells from one window to the next. Default `null`: the size of the window, so that windows lie side by side. */
  readonly strides?: PerAxis | null;
  /** `'same'` adds cells that never win a maximum and never count in an average. Default `'valid'`. */
  readonly padding?: SpatialPadding;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/** The complete configuration of a pooling layer. */
export interface PoolingConfig {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: SpatialPadding;
  readonly dataFormat: DataFormat;
}

type Main = PerAxis | PoolingOptions;

/** Options read and completed: windows lie side by side unless they are told to overlap. */
export function readPooling(
  type: string,
  rank: number,
  main: Main | undefined,
  options: object,
): PoolingConfig & LayerOptions {
  const fields = {
    poolSize: perAxis(rank, 2),
    strides: optional(perAxis(rank)),
    padding: spatialPadding,
    dataFormat,
  };
  const read = readLayerOptions(type, fields, positional({ poolSize: main }, options));
  return { ...read, strides: read.strides ?? read.poolSize };
}

abstract class Pooling extends Layer<PoolingConfig> {
  protected abstract pool(x: Tensor, options: PoolOptions): Tensor;

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { poolSize, strides, padding, dataFormat } = this.config;
    channelsOf(x.spec, poolSize.length, dataFormat);
    return channelsLast(x, dataFormat, (x) => this.pool(x, { window: poolSize, strides, padding }));
  }
}

abstract class MaxPooling extends Pooling {
  protected override pool(x: Tensor, options: PoolOptions): Tensor {
    return maxPool(x, options);
  }
}

abstract class AveragePooling extends Pooling {
  protected override pool(x: Tensor, options: PoolOptions): Tensor {
    return avgPool(x, options);
  }
}

/**
 * The largest value of each window of steps. `[batch, steps, channels] -> [batch, places, channels]`.
 * @example new MaxPooling1D(2)
 */
export class MaxPooling1D extends MaxPooling {
  static override readonly type: string = 'MaxPooling1D';

  constructor(poolSize?: Main, options: Omit<PoolingOptions, 'poolSize'> = {}) {
    super(readPooling('MaxPooling1D', 1, poolSize, options));
  }
}

/**
 * The largest value of each window of pixels. `[batch, height, width, channels] -> [batch, ...places, channels]`.
 * @throws ConfigError for wrong options, ShapeError when the window does not fit
 * @example new MaxPooling2D([2, 2])
 */
export class MaxPooling2D extends MaxPooling {
  static override readonly type: string = 'MaxPooling2D';

  constructor(poolSize?: Main, options: Omit<PoolingOptions, 'poolSize'> = {}) {
    super(readPooling('MaxPooling2D', 2, poolSize, options));
  }
}

/**
 * The largest value of each window of a volume. `[batch, depth, height, width, channels] -> [batch, ...places, channels]`.
 * @example new MaxPooling3D([1, 2, 2])
 */
export class MaxPooling3D extends MaxPooling {
  static override readonly type: string = 'MaxPooling3D';

  constructor(poolSize?: Main, options: Omit<PoolingOptions, 'poolSize'> = {}) {
    super(readPooling('MaxPooling3D', 3, poolSize, options));
  }
}

/**
 * The average of each window of steps. `[batch, steps, channels] -> [batch, places, channels]`.
 * @example new AveragePooling1D(2)
 */
export class AveragePooling1D extends AveragePooling {
  static override readonly type: string = 'AveragePooling1D';

  constructor(poolSize?: Main, options: Omit<PoolingOptions, 'poolSize'> = {}) {
    super(readPooling('AveragePooling1D', 1, poolSize, options));
  }
}

/**
 * The average of each window of pixels. `[batch, height, width, channels] -> [batch, ...places, channels]`.
 * @example new AveragePooling2D(3, { strides: 2, padding: 'same' })
 */
export class AveragePooling2D extends AveragePooling {
  static override readonly type: string = 'AveragePooling2D';

  constructor(poolSize?: Main, options: Omit<PoolingOptions, 'poolSize'> = {}) {
    super(readPooling('AveragePooling2D', 2, poolSize, options));
  }
}

/**
 * The average of each window of a volume. `[batch, depth, height, width, channels] -> [batch, ...places, channels]`.
 * @example new AveragePooling3D(2)
 */
export class AveragePooling3D extends AveragePooling {
  static override readonly type: string = 'AveragePooling3D';

  constructor(poolSize?: Main, options: Omit<PoolingOptions, 'poolSize'> = {}) {
    super(readPooling('AveragePooling3D', 3, poolSize, options));
  }
}
