// Windows as rows of numbers, and back: what a convolution sees, and what its transpose leaves.
import {
  convTranspose,
  depthwiseConv,
  formatSpec,
  fromData,
  type PerAxis,
  ShapeError,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type LayerOptions, perAxis, positional, readLayerOptions } from '../base/options.ts';
import { channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';
import { cellsPerAxis } from '../spatial/per-axis.ts';

/** Options of {@link Unfold} and {@link Fold}. */
export interface UnfoldOptions extends LayerOptions {
  /** Cells from one window to the next. Default 1. */
  readonly strides?: PerAxis;
  /** Zeros around the image. Default 0. */
  readonly padding?: PerAxis;
  /** Cells from one tap of a window to the next. Default 1. */
  readonly dilationRate?: PerAxis;
  /** Of the image. Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/** The complete configuration of {@link Unfold}. */
export interface UnfoldConfig {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly number[];
  readonly dilationRate: readonly number[];
  readonly dataFormat: DataFormat;
}

/** The complete configuration of {@link Fold}. */
export interface FoldConfig extends UnfoldConfig {
  readonly outputSize: readonly number[];
}

const FIELDS = {
  kernelSize: perAxis(2),
  strides: perAxis(2, 1),
  padding: { ...cellsPerAxis(2), fallback: [0, 0] },
  dilationRate: perAxis(2, 1),
  dataFormat,
};

/** A kernel `[...sizes, channels, taps]` whose outputs are the taps of the window themselves. */
function picking(kernelSize: readonly number[], channels: number): Tensor {
  const taps = sizeOf(kernelSize);
  const data = new Float32Array(taps * channels * taps);
  for (let tap = 0; tap < taps; tap++) {
    for (let channel = 0; channel < channels; channel++) data[(tap * channels + channel) * taps + tap] = 1;
  }
  return fromData(data, [...kernelSize, channels, taps]);
}

function sides(padding: readonly number[]): readonly (readonly [number, number])[] {
  return padding.map((cells) => [cells, cells] as const);
}

/**
 * The windows of images as vectors, row by row: `[batch, height, width, channels] -> [batch, windows, channels * taps]`,
 * channel by channel, in the order of PyTorch's `Unfold` (whose last two axes are the other way round).
 * @example new Unfold(3, { strides: 2 })
 */
export class Unfold extends Layer<UnfoldConfig> {
  static override readonly type: string = 'Unfold';

  constructor(kernelSize: PerAxis | (UnfoldOptions & { readonly kernelSize: PerAxis }), options: UnfoldOptions = {}) {
    super(readLayerOptions('Unfold', FIELDS, positional({ kernelSize }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { kernelSize, strides, padding, dilationRate, dataFormat } = this.config;
    const channels = channelsOf(x.spec, 2, dataFormat);
    const images = dataFormat === 'channelsLast' ? x : x.transpose([0, 2, 3, 1]);
    const options = { strides, padding: sides(padding), dilations: dilationRate };
    const windows = depthwiseConv(images, picking(kernelSize, channels).cast(x.dtype), options);
    const [batch = 1, rows = 1, columns = 1, values = 1] = windows.shape;
    return windows.reshape([batch, rows * columns, values]);
  }
}

/** The arguments that may also be positional. */
export interface FoldSizes {
  /** Height and width of the images. */
  readonly outputSize: PerAxis;
  readonly kernelSize: PerAxis;
}

/**
 * Images from the vectors that {@link Unfold} makes; where windows overlap, their values are added.
 * `[batch, windows, channels * taps] -> [batch, ...outputSize, channels]`.
 * @throws ShapeError unless there are as many windows as the sizes leave room for
 * @example new Fold([32, 32], 4, { strides: 4 })
 */
export class Fold extends Layer<FoldConfig> {
  static override readonly type: string = 'Fold';

  constructor(outputSize: PerAxis | (UnfoldOptions & FoldSizes), kernelSize?: PerAxis, options: UnfoldOptions = {}) {
    const fields = { outputSize: perAxis(2), ...FIELDS };
    super(readLayerOptions('Fold', fields, positional({ outputSize, kernelSize }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { outputSize, kernelSize, strides, padding, dilationRate, dataFormat } = this.config;
    const taps = sizeOf(kernelSize);
    const rest = outputSize.map((size, i) => size + 2 * padding[i]! - (kernelSize[i]! - 1) * dilationRate[i]! - 1);
    const places = rest.map((cells, i) => Math.floor(cells / strides[i]!) + 1);
    const channels = (x.shape[2] ?? 0) / taps;
    if (x.rank !== 3 || !Number.isInteger(channels) || x.shape[1] !== sizeOf(places)) {
      throw new ShapeError(
        `expects [batch, ${places.join(' * ')} windows, channels * ${taps}], got ${formatSpec(x.spec)}. Fold what an Unfold of the same options made.`,
      );
    }
    const windows = x.reshape([x.shape[0]!, ...places, channels * taps]);
    const kernel = picking(kernelSize, channels)
      .cast(x.dtype)
      .reshape([...kernelSize, 1, channels * taps]);
    const images = convTranspose(windows, kernel, {
      strides,
      dilations: dilationRate,
      groups: channels,
      padding: sides(padding),
      // Cells at the end that no window reaches are there all the same.
      outputPadding: rest.map((cells, i) => cells % strides[i]!),
    });
    return dataFormat === 'channelsLast' ? images : images.transpose([0, 3, 1, 2]);
  }
}
