// Pools of a chosen output size: windows as even as the sizes allow, whatever the input's size.
import { avgPool, fromData, gather, maxPool, type PerAxis, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type LayerOptions, perAxis, positional, readLayerOptions } from '../base/options.ts';
import { mapAlong } from '../spatial/along.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';

/** Options of the adaptive pooling layers. */
export interface AdaptivePoolingOptions extends LayerOptions {
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/** The complete configuration of an adaptive pooling layer. */
export interface AdaptivePoolingConfig {
  /** Sizes of the spatial axes of the output. */
  readonly outputSize: readonly number[];
  readonly dataFormat: DataFormat;
}

type Main = PerAxis | (AdaptivePoolingOptions & { readonly outputSize: PerAxis });

function readAdaptive(
  type: string,
  rank: number,
  outputSize: Main,
  options: object,
): AdaptivePoolingConfig & LayerOptions {
  return readLayerOptions(type, { outputSize: perAxis(rank), dataFormat }, positional({ outputSize }, options));
}

/** The cells of place `i`: from `floor(i * cells / places)` to below `ceil((i + 1) * cells / places)`. */
function windows(cells: number, places: number): readonly (readonly [start: number, end: number])[] {
  return Array.from({ length: places }, (_, i) => [
    Math.floor((i * cells) / places),
    Math.ceil(((i + 1) * cells) / places),
  ]);
}

abstract class AdaptivePooling extends Layer<AdaptivePoolingConfig> {
  protected override build(): void {}

  /** Windows of one size, side by side. */
  protected abstract pool(x: Tensor, window: readonly number[]): Tensor;

  /** Windows of several sizes along one axis. */
  protected abstract poolAlong(x: Tensor, axis: number, places: number): Tensor;

  protected override call(x: Tensor): Tensor {
    const { outputSize, dataFormat } = this.config;
    channelsOf(x.spec, outputSize.length, dataFormat);
    return channelsLast(x, dataFormat, (x) => {
      const window = outputSize.map((places, i) => x.shape[i + 1]! / places);
      if (window.every(Number.isInteger)) return this.pool(x, window);
      return outputSize.reduce((y, places, i) => this.poolAlong(y, i + 1, places), x);
    });
  }
}

abstract class AdaptiveAveragePooling extends AdaptivePooling {
  protected override pool(x: Tensor, window: readonly number[]): Tensor {
    return avgPool(x, { window, strides: window });
  }

  protected override poolAlong(x: Tensor, axis: number, places: number): Tensor {
    const cells = x.shape[axis]!;
    const shares = new Float32Array(cells * places);
    for (const [place, [start, end]] of windows(cells, places).entries()) {
      for (let cell = start; cell < end; cell++) shares[cell * places + place] = 1 / (end - start);
    }
    return mapAlong(x, axis, fromData(shares, [cells, places]));
  }
}

abstract class AdaptiveMaxPooling extends AdaptivePooling {
  protected override pool(x: Tensor, window: readonly number[]): Tensor {
    return maxPool(x, { window, strides: window });
  }

  protected override poolAlong(x: Tensor, axis: number, places: number): Tensor {
    const all = windows(x.shape[axis]!, places);
    const widest = Math.max(...all.map(([start, end]) => end - start));
    // Narrow windows repeat their last cell, which changes no maximum.
    const cells = all.flatMap(([start, end]) => Array.from({ length: widest }, (_, i) => Math.min(start + i, end - 1)));
    const taken = gather(x, fromData(Int32Array.from(cells), [cells.length]), axis);
    return taken.reshape([...x.shape.slice(0, axis), places, widest, ...x.shape.slice(axis + 1)]).max(axis + 1);
  }
}

/**
 * The averages of `outputSize` windows of steps: window `i` holds the cells from `floor(i * steps / size)` to below
 * `ceil((i + 1) * steps / size)`. `[batch, steps, channels] -> [batch, outputSize, channels]`.
 * @example new AdaptiveAveragePooling1D(4)
 */
export class AdaptiveAveragePooling1D extends AdaptiveAveragePooling {
  static override readonly type: string = 'AdaptiveAveragePooling1D';

  constructor(outputSize: Main, options: AdaptivePoolingOptions = {}) {
    super(readAdaptive('AdaptiveAveragePooling1D', 1, outputSize, options));
  }
}

/**
 * The averages of a grid of windows over an image, so that the next layer sees one size whatever the image's.
 * Windows as in {@link AdaptiveAveragePooling1D}. `[batch, height, width, channels] -> [batch, ...outputSize, channels]`.
 * @example new AdaptiveAveragePooling2D([6, 6])
 */
export class AdaptiveAveragePooling2D extends AdaptiveAveragePooling {
  static override readonly type: string = 'AdaptiveAveragePooling2D';

  constructor(outputSize: Main, options: AdaptivePoolingOptions = {}) {
    super(readAdaptive('AdaptiveAveragePooling2D', 2, outputSize, options));
  }
}

/**
 * The averages of a grid of windows over a volume. `[batch, depth, height, width, channels] -> [batch, ...outputSize, channels]`.
 * @example new AdaptiveAveragePooling3D(2)
 */
export class AdaptiveAveragePooling3D extends AdaptiveAveragePooling {
  static override readonly type: string = 'AdaptiveAveragePooling3D';

  constructor(outputSize: Main, options: AdaptivePoolingOptions = {}) {
    super(readAdaptive('AdaptiveAveragePooling3D', 3, outputSize, options));
  }
}

/**
 * The largest values of `outputSize` windows of steps. Windows as in {@link AdaptiveAveragePooling1D}.
 * `[batch, steps, channels] -> [batch, outputSize, channels]`.
 * @example new AdaptiveMaxPooling1D(4)
 */
export class AdaptiveMaxPooling1D extends AdaptiveMaxPooling {
  static override readonly type: string = 'AdaptiveMaxPooling1D';

  constructor(outputSize: Main, options: AdaptivePoolingOptions = {}) {
    super(readAdaptive('AdaptiveMaxPooling1D', 1, outputSize, options));
  }
}

/**
 * The largest values of a grid of windows over an image. `[batch, height, width, channels] -> [batch, ...outputSize, channels]`.
 * @example new AdaptiveMaxPooling2D(7)
 */
export class AdaptiveMaxPooling2D extends AdaptiveMaxPooling {
  static override readonly type: string = 'AdaptiveMaxPooling2D';

  constructor(outputSize: Main, options: AdaptivePoolingOptions = {}) {
    super(readAdaptive('AdaptiveMaxPooling2D', 2, outputSize, options));
  }
}

/**
 * The largest values of a grid of windows over a volume. `[batch, depth, height, width, channels] -> [batch, ...outputSize, channels]`.
 * @example new AdaptiveMaxPooling3D(2)
 */
export class AdaptiveMaxPooling3D extends AdaptiveMaxPooling {
  static override readonly type: string = 'AdaptiveMaxPooling3D';

  constructor(outputSize: Main, options: AdaptivePoolingOptions = {}) {
    super(readAdaptive('AdaptiveMaxPooling3D', 3, outputSize, options));
  }
}
