import { type Complete, count, readLayerOptions } from '@nablajs/layers/options';
import { arange, cumsum, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { type FactorRange, valueRange } from '../base/options.ts';
import type { ColorOptions } from '../color/brightness.ts';
import { inUnits } from '../color/values.ts';
import { histogram, lookUp } from './table.ts';

/** Options of {@link Equalization}. */
export interface EqualizationOptions extends ColorOptions {
  /** How many levels are told apart. Default 256. */
  readonly bins?: number;
}

/**
 * Spreads the levels of each channel so that all are about equally frequent, in training and inference alike; a channel of one
 * level stays.
 * @example new Equalization()
 */
export class Equalization extends Augmentation<Complete<{ readonly bins: number; readonly valueRange: FactorRange }>> {
  static override readonly type: string = 'Equalization';

  constructor(options: EqualizationOptions = {}) {
    super(readLayerOptions('Equalization', { bins: count(256), valueRange }, options));
  }

  protected override draw(): ImageChange {
    const { bins, valueRange } = this.config;
    return { images: (x) => inUnits(x, valueRange, (unit) => equalized(unit, bins)) };
  }

  protected override rest(): ImageChange {
    return this.draw();
  }
}

/** Values from 0 to 1, the levels of each channel of an image about equally frequent. */
export function equalized(x: Tensor, bins: number): Tensor {
  const [batch, , , channels] = x.shape as [number, number, number, number];
  const groups = batch * channels;
  const level = x
    .mul(bins - 1)
    .clip(0, bins - 1)
    .round()
    .cast('int32');
  const group = arange(groups).mul(bins).reshape([batch, 1, 1, channels]);
  const keys = level.add(group);
  const counts = histogram(keys, groups, bins);
  const below = cumsum(counts, -1);
  const all = below.slice([0, bins - 1], [groups, 1]);
  // The number of values on the lowest level that occurs.
  const least = counts.equal(0).where(Number.POSITIVE_INFINITY, below).min([1], { keepDims: true });
  const room = all.sub(least);
  const flat = room.lessEqual(0);
  const table = below.sub(least).div(flat.where(1, room)).clip(0, 1);
  // Levels are whole in the result too, as those of a picture.
  const rounded = table
    .mul(bins - 1)
    .round()
    .mul(1 / (bins - 1));
  const isFlat = flat.reshape([batch, 1, 1, channels]).broadcastTo(x.shape);
  return isFlat.where(x, lookUp(rounded, keys));
}
