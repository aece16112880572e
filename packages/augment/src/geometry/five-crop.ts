// Several fixed pieces of each image, for predictions that are averaged over them.
import { Layer } from '@nablajs/layers';
import { type Complete, count, flag, type LayerOptions, positional, readLayerOptions } from '@nablajs/layers/options';
import { concat, formatSpec, isFloat, ShapeError, type Tensor } from '@nablajs/tensor';

interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * The four corners and the middle of each image, `height` by `width` pixels, in training and inference alike:
 * `[batch, any, any, channels] -> [batch, 5, height, width, channels]`, in the order top left, top right, bottom left,
 * bottom right, middle. Predictions of the five are averaged by what follows:
 * @throws ShapeError for images smaller than the pieces
 * @example new Sequential([new FiveCrop(24, 24), new TimeDistributed(model), new GlobalAveragePooling1D()])
 */
export class FiveCrop extends Layer<Complete<Size>> {
  static override readonly type: string = 'FiveCrop';

  constructor(height: number | (Size & LayerOptions), width?: number, options: LayerOptions = {}) {
    super(readLayerOptions('FiveCrop', { height: count(), width: count() }, positional({ height, width }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    return sideBySide(pieces(x, this.config));
  }
}

/** Options of {@link TenCrop}. */
export interface TenCropOptions extends LayerOptions {
  /** Flip top and bottom instead of left and right. Default `false`. */
  readonly verticalFlip?: boolean;
}

/**
 * The five pieces of {@link FiveCrop}, then those of the flipped image (Krizhevsky et al., 2012):
 * `[batch, any, any, channels] -> [batch, 10, height, width, channels]`.
 * @throws ShapeError for images smaller than the pieces
 * @example new Sequential([new TenCrop(24, 24), new TimeDistributed(model), new GlobalAveragePooling1D()])
 */
export class TenCrop extends Layer<Complete<TenCropOptions & Size>> {
  static override readonly type: string = 'TenCrop';

  constructor(height: number | (Size & TenCropOptions), width?: number, options: TenCropOptions = {}) {
    const fields = { height: count(), width: count(), verticalFlip: flag(false) };
    super(readLayerOptions('TenCrop', fields, positional({ height, width }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const flipped = x.flip([this.config.verticalFlip ? 1 : 2]);
    return sideBySide([...pieces(x, this.config), ...pieces(flipped, this.config)]);
  }
}

function sideBySide(pieces: readonly Tensor[]): Tensor {
  return concat(
    pieces.map((piece) => piece.expandDims(1)),
    1,
  );
}

function pieces(x: Tensor, { height, width }: Size): readonly Tensor[] {
  if (x.rank !== 4 || x.shape[1]! < height || x.shape[2]! < width) {
    throw new ShapeError(
      `expects images [batch, height, width, channels] of at least ${height} x ${width} pixels, got ${formatSpec(x.spec)}.`,
    );
  }
  const images = isFloat(x.dtype) ? x : x.cast('float32');
  const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
  const [low, right] = [rows - height, columns - width];
  const middle = [Math.floor(low / 2), Math.floor(right / 2)] as const;
  const starts = [[0, 0], [0, right], [low, 0], [low, right], middle] as const;
  return starts.map(([top, left]) => images.slice([0, top, left, 0], [batch, height, width, channels]));
}
