// Power means of windows, between the average and the maximum.
import { avgPool, type PerAxis, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type LayerOptions, optional, perAxis, positional, positive, readLayerOptions } from '../base/options.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';

/** Options of the power pooling layers. */
export interface LPPoolingOptions extends LayerOptions {
  /** Size of the window: one number for all spatial axes, or one per axis. Default 2. */
  readonly poolSize?: PerAxis;
  /** Default `null`: the size of the window. */
  readonly strides?: PerAxis | null;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/** The complete configuration of a power pooling layer. */
export interface LPPoolingConfig {
  readonly normType: number;
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly dataFormat: DataFormat;
}

type Main = number | (LPPoolingOptions & { readonly normType: number });

/** The smallest power: its root has a slope there. */
const SMALLEST = 1e-12;

abstract class LPPooling extends Layer<LPPoolingConfig> {
  constructor(rank: number, normType: Main, poolSize: PerAxis | undefined, options: object) {
    const fields = {
      normType: positive(),
      poolSize: perAxis(rank, 2),
      strides: optional(perAxis(rank)),
      dataFormat,
    };
    const read = readLayerOptions(new.target.type, fields, positional({ normType, poolSize }, options));
    super({ ...read, strides: read.strides ?? read.poolSize });
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { normType, poolSize, strides, dataFormat } = this.config;
    channelsOf(x.spec, poolSize.length, dataFormat);
    const cells = poolSize.reduce((product, size) => product * size, 1);
    return channelsLast(x, dataFormat, (x) => {
      const sums = avgPool(x.abs().pow(normType), { window: poolSize, strides }).mul(cells);
      return sums.maximum(SMALLEST).pow(1 / normType);
    });
  }
}

/**
 * The norm of each window of steps, `(sum |x|^p)^(1/p)`: of 1 the sum, of infinity the maximum would be. `[batch, steps, channels]`.
 * @example new LPPooling1D(2, 3)
 */
export class LPPooling1D extends LPPooling {
  static override readonly type: string = 'LPPooling1D';

  constructor(normType: Main, poolSize?: PerAxis, options: Omit<LPPoolingOptions, 'poolSize'> = {}) {
    super(1, normType, poolSize, options);
  }
}

/**
 * The norm of each window of pixels, `(sum |x|^p)^(1/p)`. `[batch, height, width, channels] -> [batch, ...places, channels]`.
 * @example new LPPooling2D(2)
 */
export class LPPooling2D extends LPPooling {
  static override readonly type: string = 'LPPooling2D';

  constructor(normType: Main, poolSize?: PerAxis, options: Omit<LPPoolingOptions, 'poolSize'> = {}) {
    super(2, normType, poolSize, options);
  }
}

/**
 * The norm of each window of a volume, `(sum |x|^p)^(1/p)`. `[batch, depth, height, width, channels]`.
 * @example new LPPooling3D(2)
 */
export class LPPooling3D extends LPPooling {
  static override readonly type: string = 'LPPooling3D';

  constructor(normType: Main, poolSize?: PerAxis, options: Omit<LPPoolingOptions, 'poolSize'> = {}) {
    super(3, normType, poolSize, options);
  }
}
