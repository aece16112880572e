// One value for each channel: what a network found, wherever it was.
import { formatSpec, ShapeError, sizeOf, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { maskOf } from '../base/mask.ts';
import { type Complete, flag, type LayerOptions, readLayerOptions } from '../base/options.ts';
import { channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';

/** Options of the global pooling layers. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
  /** Keep the spatial axes with size 1. Default `false`. */
  readonly keepDims?: boolean;
}

abstract class GlobalPooling extends Layer<Complete<GlobalPoolingOptions>> {
  protected abstract readonly rank: number;

  constructor(options: GlobalPoolingOptions = {}) {
    super(readLayerOptions(new.target.type, { dataFormat, keepDims: flag(false) }, options));
  }

  protected abstract pool(x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }): Tensor;

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { dataFormat, keepDims } = this.config;
    channelsOf(x.spec, this.rank, dataFormat);
    const first = dataFormat === 'channelsLast' ? 1 : 2;
    const axes = Array.from({ length: this.rank }, (_, i) => first + i);
    if (sizeOf(axes.map((axis) => x.shape[axis]!)) === 0) {
      throw new ShapeError(
        `has nothing to pool: a spatial axis of the input ${formatSpec(x.spec)} is empty. Leave such samples out.`,
      );
    }
    return this.pool(x, axes, { keepDims });
  }
}

abstract class GlobalMaxPooling extends GlobalPooling {
  protected override pool(x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }): Tensor {
    return x.max(axes, options);
  }
}

abstract class GlobalAveragePooling extends GlobalPooling {
  protected override pool(x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }): Tensor {
    return x.mean(axes, options);
  }
}

/** The largest value of each channel over all steps. `[batch, steps, channels] -> [batch, channels]`. */
export class GlobalMaxPooling1D extends GlobalMaxPooling {
  static override readonly type: string = 'GlobalMaxPooling1D';
  protected override readonly rank: number = 1;
}

/** The largest value of each channel of an image. `[batch, height, width, channels] -> [batch, channels]`. */
export class GlobalMaxPooling2D extends GlobalMaxPooling {
  static override readonly type: string = 'GlobalMaxPooling2D';
  protected override readonly rank: number = 2;
}

/** The largest value of each channel of a volume. `[batch, depth, height, width, channels] -> [batch, channels]`. */
export class GlobalMaxPooling3D extends GlobalMaxPooling {
  static override readonly type: string = 'GlobalMaxPooling3D';
  protected override readonly rank: number = 3;
}

/** The average of each channel over all steps, masked ones left out. `[batch, steps, channels] -> [batch, channels]`. */
export class GlobalAveragePooling1D extends GlobalAveragePooling {
  static override readonly type: string = 'GlobalAveragePooling1D';
  protected override readonly rank: number = 1;

  protected override pool(x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }): Tensor {
    const mask = maskOf(x);
    if (mask === null) return super.pool(x, axes, options);
    const present = mask.expandDims(this.config.dataFormat === 'channelsLast' ? 2 : 1);
    const count = present.cast(x.dtype).sum(axes, options).maximum(1);
    return present.where(x, 0).sum(axes, options).div(count);
  }
}

/** The average of each channel of an image. `[batch, height, width, channels] -> [batch, channels]`. */
export class GlobalAveragePooling2D extends GlobalAveragePooling {
  static override readonly type: string = 'GlobalAveragePooling2D';
  protected override readonly rank: number = 2;
}

/** The average of each channel of a volume. `[batch, depth, height, width, channels] -> [batch, channels]`. */
export class GlobalAveragePooling3D extends GlobalAveragePooling {
  static override readonly type: string = 'GlobalAveragePooling3D';
  protected override readonly rank: number = 3;
}
