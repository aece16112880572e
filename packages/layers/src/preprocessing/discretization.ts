import { ConfigError, fromData, isFloat, type Tensor } from '@nablajs/tensor';
import {
  type Complete,
  count,
  type Field,
  type LayerOptions,
  optional,
  positional,
  readLayerOptions,
} from '../base/options.ts';
import { type AdaptData, AdaptedLayer, batchesOf } from './adapted.ts';
import { type CategoryMode, categoryMode, encoded } from './encode.ts';

/** Options of {@link Discretization}. */
export interface DiscretizationOptions extends LayerOptions {
  /** Where bins meet, rising. Default `null`: `adapt` finds them. */
  readonly binBoundaries?: readonly number[] | null;
  /** How many bins `adapt` is to make. Default `null`: `binBoundaries` are given. */
  readonly numBins?: number | null;
  /** Default `'int'`. */
  readonly outputMode?: CategoryMode;
}

const BOUNDARIES: Field<readonly number[]> = {
  must: 'a list of numbers that rise',
  fallback: undefined,
  read: (value) => {
    const rises = (x: unknown, i: number, all: unknown[]): boolean =>
      Number.isFinite(x) && !(i > 0 && (x as number) < (all[i - 1] as number));
    return Array.isArray(value) && value.every(rises) ? value : undefined;
  },
};

/**
 * Which bin a number falls into: boundaries `[0, 1]` make bin 0 of what is below 0, bin 1 of 0 up to below 1, bin 2 of the rest
 * (and of NaN), int32. Boundaries are given, or chosen by `adapt(data)` so that bins are equally full.
 * @throws ConfigError unless one of `binBoundaries` and `numBins` is given, or when it was never adapted
 * @example new Discretization([0, 18, 65], { outputMode: 'oneHot' })
 */
export class Discretization extends AdaptedLayer<Complete<DiscretizationOptions>> {
  static override readonly type: string = 'Discretization';

  constructor(
    binBoundaries?: readonly number[] | null | DiscretizationOptions,
    options: Omit<DiscretizationOptions, 'binBoundaries'> = {},
  ) {
    const fields = { binBoundaries: optional(BOUNDARIES), numBins: optional(count()), outputMode: categoryMode('int') };
    super(readLayerOptions('Discretization', fields, positional({ binBoundaries }, options)));
    if (this.config.binBoundaries === null && this.config.numBins === null) {
      throw new ConfigError('Discretization: give binBoundaries, or numBins and call adapt(data).');
    }
  }

  /**
   * Chooses boundaries so that each bin holds as many of the values, which are all kept until then. Between two values they
   * are interpolated.
   * @throws ConfigError without `numBins`, without data, or once the layer was applied
   */
  async adapt(data: AdaptData): Promise<void> {
    const { numBins } = this.config;
    if (numBins === null) {
      throw new ConfigError(
        'Discretization: the boundaries were given, so there is nothing to adapt. Give numBins instead.',
      );
    }
    const parts: Float64Array[] = [];
    for await (const batch of batchesOf(data)) parts.push(Float64Array.from(await batch.data(), Number));
    const values = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      values.set(part, at);
      at += part.length;
    }
    if (values.length === 0) throw new ConfigError('Discretization: adapt got no data.');
    this.learn({ binBoundaries: quantiles(values.sort(), numBins) });
  }

  protected override build(): void {
    if (this.config.binBoundaries === null) {
      throw new ConfigError('has no boundaries yet. Call adapt(data) first, or give binBoundaries.');
    }
  }

  protected override call(x: Tensor): Tensor {
    const { outputMode } = this.config;
    const boundaries = this.config.binBoundaries!;
    const value = isFloat(x.dtype) ? x : x.cast('float32');
    const ends = fromData(Float32Array.from(boundaries), [boundaries.length]).cast(value.dtype);
    const bins = value.expandDims(-1).less(ends).logicalNot().cast('int32').sum(-1);
    return encoded(bins, outputMode, boundaries.length + 1);
  }
}

/** The values below which lie 1, 2, ... of `parts` parts of what is sorted. */
function quantiles(sorted: Float64Array, parts: number): number[] {
  if (sorted.length < parts) return [...sorted.subarray(0, -1)];
  return Array.from({ length: parts - 1 }, (_, i) => {
    const place = Math.max(0, ((i + 1) * sorted.length) / parts - 1);
    const low = Math.floor(place);
    const next = sorted[Math.min(low + 1, sorted.length - 1)]!;
    return sorted[low]! + (place - low) * (next - sorted[low]!);
  });
}
