import { type Complete, perAxis, positive, readLayerOptions } from '@nablajs/layers/options';
import { arange, cumsum, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { blend } from '../base/blend.ts';
import { type FactorRange, valueRange } from '../base/options.ts';
import type { ColorOptions } from '../color/brightness.ts';
import { inUnits } from '../color/values.ts';
import { histogram, lookUp } from './table.ts';

const BINS = 256;

/** Options of {@link ContrastLimitedAdaptiveHistogramEqualization}. */
export interface ClaheOptions extends ColorOptions {
  /** How many times its fair share a level may count at most. Default 4. */
  readonly clipLimit?: number;
  /** Tiles down and across. Default `[8, 8]`. */
  readonly tileGridSize?: number | readonly [number, number];
}

/**
 * Equalizes each channel by the histograms of the tiles around each pixel, clipped so that noise is not blown up, and
 * interpolated between the tiles' centres (Zuiderveld, 1994); in training and inference alike.
 * @example new ContrastLimitedAdaptiveHistogramEqualization({ clipLimit: 2 })
 */
export class ContrastLimitedAdaptiveHistogramEqualization extends Augmentation<
  Complete<{ readonly clipLimit: number; readonly tileGridSize: readonly number[]; readonly valueRange: FactorRange }>
> {
  static override readonly type: string = 'ContrastLimitedAdaptiveHistogramEqualization';

  constructor(options: ClaheOptions = {}) {
    const fields = { clipLimit: positive(4), tileGridSize: perAxis(2, 8), valueRange };
    super(readLayerOptions('ContrastLimitedAdaptiveHistogramEqualization', fields, options));
  }

  protected override draw(): ImageChange {
    const { clipLimit, tileGridSize, valueRange } = this.config;
    const [down, across] = tileGridSize as [number, number];
    return { images: (x) => inUnits(x, valueRange, (unit) => adapted(unit, clipLimit, down, across)) };
  }

  protected override rest(): ImageChange {
    return this.draw();
  }
}

/** Which tiles a row or column lies between, and how near it is to the second. */
interface Between {
  readonly first: Tensor;
  readonly second: Tensor;
  readonly share: Tensor;
}

function adapted(x: Tensor, limit: number, tilesDown: number, tilesAcross: number): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [down, across] = [Math.min(tilesDown, height), Math.min(tilesAcross, width)];
  const groups = batch * down * across * channels;
  const level = x
    .mul(BINS - 1)
    .clip(0, BINS - 1)
    .add(0.5)
    .floor()
    .cast('int32');

  const tileOf = (length: number, tiles: number): Tensor => arange(length).mul(tiles).floorDiv(length);
  const row = (at: Tensor): Tensor => at.reshape([1, height, 1, 1]);
  const column = (at: Tensor): Tensor => at.reshape([1, 1, width, 1]);
  const key = (y: Tensor, x: Tensor): Tensor => {
    const image = arange(batch).reshape([batch, 1, 1, 1]).mul(down);
    const tile = image.add(row(y)).mul(across).add(column(x)).mul(channels);
    return tile
      .add(arange(channels).reshape([1, 1, 1, channels]))
      .mul(BINS)
      .add(level);
  };

  const counts = histogram(key(tileOf(height, down), tileOf(width, across)), groups, BINS);
  const size = counts.sum([1], { keepDims: true });
  const cap = size.mul(limit / BINS).maximum(1);
  const cut = counts.minimum(cap);
  // What was cut off is spread over all levels.
  const spread = size.sub(cut.sum([1], { keepDims: true })).mul(1 / BINS);
  const tables = cumsum(cut.add(spread), -1).div(size).clip(0, 1);

  const between = (length: number, tiles: number): Between => {
    const place = arange(length)
      .cast('float32')
      .add(0.5)
      .mul(tiles / length)
      .sub(0.5)
      .clip(0, tiles - 1);
    const first = place.floor();
    const second = first.add(1).minimum(tiles - 1);
    return { first: first.cast('int32'), second: second.cast('int32'), share: place.sub(first) };
  };
  const [vertical, horizontal] = [between(height, down), between(width, across)];
  const line = (y: Tensor): Tensor =>
    blend(
      lookUp(tables, key(y, horizontal.first)),
      lookUp(tables, key(y, horizontal.second)),
      column(horizontal.share),
    );
  return blend(line(vertical.first), line(vertical.second), row(vertical.share));
}
