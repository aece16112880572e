import { ConfigError, isFloat, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import {
  type Complete,
  choice,
  count,
  flag,
  type LayerOptions,
  positional,
  readLayerOptions,
  real,
} from '../base/options.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';
import { type Interpolation, interpolation, resample } from './resample.ts';

/** The arguments that may also be positional. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Options of {@link Resizing}. */
export interface ResizingOptions extends LayerOptions {
  /** Default `'bilinear'`. */
  readonly interpolation?: Interpolation;
  /** Cut off what does not fit the new proportions, instead of distorting. Default `false`. */
  readonly cropToAspectRatio?: boolean;
  /** Add borders where the new proportions are wider, instead of distorting. Default `false`. */
  readonly padToAspectRatio?: boolean;
  /** What borders hold: `'constant'`, the default, is the one there is. */
  readonly fillMode?: 'constant';
  /** The constant. Default 0. */
  readonly fillValue?: number;
  /** Average over all cells that a smaller image covers. Default `false`. */
  readonly antialias?: boolean;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

const FIELDS = {
  height: count(),
  width: count(),
  interpolation: interpolation('bilinear'),
  cropToAspectRatio: flag(false),
  padToAspectRatio: flag(false),
  fillMode: choice<'constant'>(['constant'], 'constant'),
  fillValue: real(0),
  antialias: flag(false),
  dataFormat,
};

/**
 * Images at one size: `[batch, any, any, channels] -> [batch, height, width, channels]`. Whole numbers become float32.
 * @throws ConfigError for wrong options, ShapeError for an input with other axes
 * @example new Resizing(224, 224, { cropToAspectRatio: true })
 */
export class Resizing extends Layer<Complete<ResizingOptions & ImageSize>> {
  static override readonly type: string = 'Resizing';

  constructor(height: number | (ResizingOptions & ImageSize), width?: number, options: ResizingOptions = {}) {
    super(readLayerOptions('Resizing', FIELDS, positional({ height, width }, options)));
    if (this.config.cropToAspectRatio && this.config.padToAspectRatio) {
      throw new ConfigError('Resizing: cropToAspectRatio and padToAspectRatio exclude each other. Keep one of them.');
    }
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { height, width, interpolation, cropToAspectRatio, padToAspectRatio, fillValue, antialias, dataFormat } =
      this.config;
    channelsOf(x.spec, 2, dataFormat);
    return channelsLast(asFloat(x), dataFormat, (x) => {
      const cut = cropToAspectRatio ? croppedTo(x, height, width) : x;
      const framed = padToAspectRatio ? paddedTo(cut, height, width, fillValue) : cut;
      return resample(framed, [height, width], interpolation, antialias);
    });
  }
}

/** Options of {@link CenterCrop}. */
export interface CenterCropOptions extends LayerOptions {
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/**
 * The middle of images: `[batch, any, any, channels] -> [batch, height, width, channels]`. Images that are smaller in one
 * direction are first cropped to the proportions, then made larger. Whole numbers become float32.
 * @example new CenterCrop(224, 224)
 */
export class CenterCrop extends Layer<Complete<CenterCropOptions & ImageSize>> {
  static override readonly type: string = 'CenterCrop';

  constructor(height: number | (CenterCropOptions & ImageSize), width?: number, options: CenterCropOptions = {}) {
    const fields = { height: count(), width: count(), dataFormat };
    super(readLayerOptions('CenterCrop', fields, positional({ height, width }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { height, width, dataFormat } = this.config;
    channelsOf(x.spec, 2, dataFormat);
    return channelsLast(asFloat(x), dataFormat, (x) => {
      const fits = x.shape[1]! >= height && x.shape[2]! >= width;
      return fits ? middle(x, height, width) : resample(croppedTo(x, height, width), [height, width], 'bilinear');
    });
  }
}

function asFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : x.cast('float32');
}

function middle(x: Tensor, height: number, width: number): Tensor {
  const [batch = 1, rows = 1, columns = 1, channels = 1] = x.shape;
  const starts = [0, Math.floor((rows - height) / 2), Math.floor((columns - width) / 2), 0];
  return x.slice(starts, [batch, height, width, channels]);
}

/** The largest part from the middle with the proportions of a size. */
function croppedTo(x: Tensor, height: number, width: number): Tensor {
  const [, rows = 1, columns = 1] = x.shape;
  const within = (most: number, cells: number): number => Math.max(Math.min(most, Math.floor(cells)), 1);
  return middle(x, within(rows, (columns * height) / width), within(columns, (rows * width) / height));
}

/** The image in the middle of the smallest frame with the proportions of a size. */
function paddedTo(x: Tensor, height: number, width: number, value: number): Tensor {
  const [, rows = 1, columns = 1] = x.shape;
  const around = (extra: number): [number, number] => [Math.floor(extra / 2), Math.ceil(extra / 2)];
  const down = Math.max(0, Math.floor((columns * height) / width) - rows);
  const across = Math.max(0, Math.floor((rows * width) / height) - columns);
  return x.pad([[0, 0], around(down), around(across), [0, 0]], value);
}
