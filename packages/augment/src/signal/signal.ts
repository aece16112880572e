// Augmentations of series and spectrograms: `[batch, steps, channels]`, or `[batch, steps, bands, channels]`.

import { Layer, type Mode } from '@nablajs/layers';
import {
  type Complete,
  choice,
  count,
  fraction,
  type LayerOptions,
  nonNegative,
  positional,
  readLayerOptions,
  real,
} from '@nablajs/layers/options';
import {
  arange,
  formatSpec,
  gather,
  isFloat,
  randomNormal,
  randomUniform,
  ShapeError,
  type Tensor,
} from '@nablajs/tensor';
import { type Factor, type FactorRange, range, swing } from '../base/options.ts';

/** What the layers of this file share: they act while training, on each sample by itself. */
abstract class Signal<C extends object> extends Layer<C> {
  /** The axes a sample may have, the batch included. */
  protected readonly ranks: readonly number[] = [3, 4];

  protected abstract change(x: Tensor): Tensor;

  protected override build(): void {}

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const values = isFloat(x.dtype) ? x : x.cast('float32');
    if (!this.ranks.includes(values.rank)) {
      throw new ShapeError(
        `expects ${this.ranks.join(' or ')} axes, [batch, steps, ..., channels], got ${formatSpec(x.spec)}.`,
      );
    }
    return training ? this.change(values) : values;
  }
}

/** One number per sample, shaped to act on all of it. */
function perSample(x: Tensor, [low, high]: FactorRange): Tensor {
  return randomUniform([x.shape[0]!, ...new Array<number>(x.rank - 1).fill(1)], { minval: low, maxval: high });
}

/**
 * Moves each series along its steps, by a share of its length between the ends of `factor`; what leaves at one end comes in at
 * the other (`fillMode: 'wrap'`), or is filled with zeros (`'constant'`, the default). A number stands for minus to plus itself.
 * `[batch, steps, channels]` or `[batch, steps, bands, channels] -> same`.
 * @example new RandomTimeShift(0.1)
 */
export class RandomTimeShift extends Signal<
  Complete<{ readonly factor: FactorRange; readonly fillMode: 'wrap' | 'constant' }>
> {
  static override readonly type: string = 'RandomTimeShift';

  constructor(
    factor: Factor | ({ readonly factor: Factor; readonly fillMode?: 'wrap' | 'constant' } & LayerOptions),
    options: { readonly fillMode?: 'wrap' | 'constant' } & LayerOptions = {},
  ) {
    const fields = { factor: swing(), fillMode: choice(['wrap', 'constant'] as const, 'constant') };
    super(readLayerOptions('RandomTimeShift', fields, positional({ factor }, options)));
  }

  protected override change(x: Tensor): Tensor {
    const { factor, fillMode } = this.config;
    const [batch, steps] = x.shape as [number, number];
    const [low, high] = factor;
    const shift = randomUniform([batch, 1], { minval: low * steps, maxval: high * steps }).round();
    const from = arange(steps).cast('float32').reshape([1, steps]).sub(shift);
    const inside = from.greaterEqual(0).logicalAnd(from.less(steps));
    const first = arange(batch).mul(steps).reshape([batch, 1]);
    const rows = x.reshape([batch * steps, x.size / Math.max(1, batch * steps)]);
    const found = gather(rows, from.mod(steps).cast('int32').add(first));
    const kept = fillMode === 'wrap' ? found : inside.expandDims(2).where(found, 0);
    return kept.reshape(x.shape);
  }
}

/**
 * Multiplies each sample by a factor of its own between `low` and `high`; a number stands for 1 minus to 1 plus itself.
 * `[batch, steps, channels]` or `[batch, steps, bands, channels] -> same`.
 * @example new RandomGain([0.5, 1.5])
 */
export class RandomGain extends Signal<Complete<{ readonly factor: FactorRange }>> {
  static override readonly type: string = 'RandomGain';

  constructor(factor: Factor | ({ readonly factor: Factor } & LayerOptions), options: LayerOptions = {}) {
    const around = range(
      'a number from 0 to 1, or two, [low, high]',
      (value) => [1 - value, 1 + value],
      () => true,
    );
    super(readLayerOptions('RandomGain', { factor: around }, positional({ factor }, options)));
  }

  protected override change(x: Tensor): Tensor {
    return x.mul(perSample(x, this.config.factor));
  }
}

/**
 * Adds Gaussian noise whose deviation is drawn for each sample between 0 and `stddev`.
 * `[batch, steps, channels]` or `[batch, steps, bands, channels] -> same`.
 * @example new RandomNoise(0.05)
 */
export class RandomNoise extends Signal<Complete<{ readonly stddev: number }>> {
  static override readonly type: string = 'RandomNoise';

  constructor(stddev: number | ({ readonly stddev: number } & LayerOptions), options: LayerOptions = {}) {
    super(readLayerOptions('RandomNoise', { stddev: nonNegative() }, positional({ stddev }, options)));
  }

  protected override change(x: Tensor): Tensor {
    return x.add(randomNormal(x.shape).mul(perSample(x, [0, this.config.stddev])));
  }
}

/** Options of {@link TimeMasking} and {@link FrequencyMasking}. */
export interface SpanMaskingOptions extends LayerOptions {
  /** Longest mask, as a share of the axis. Default 0.2. */
  readonly factor?: number;
  /** How many masks. Default 1. */
  readonly masks?: number;
  /** What is put there. Default 0. */
  readonly fillValue?: number;
}

const MASKING = { factor: fraction(0.2), masks: count(1), fillValue: real(0) };
type Masking = Complete<Required<SpanMaskingOptions>>;

/** Hides spans of one axis, of random length and place in each sample. */
function masked(x: Tensor, axis: 1 | 2, { factor, masks, fillValue }: Masking): Tensor {
  const [batch, size] = [x.shape[0]!, x.shape[axis]!];
  const shape = x.shape.map((_, i) => (i === axis ? size : 1));
  const at = arange(size).cast('float32').reshape(shape);
  const one = [batch, ...new Array<number>(x.rank - 1).fill(1)];
  let result = x;
  for (let i = 0; i < masks; i++) {
    const length = randomUniform(one)
      .mul(factor * size + 1)
      .floor()
      .minimum(Math.floor(factor * size));
    const start = randomUniform(one)
      .mul(length.neg().add(size + 1))
      .floor();
    const hidden = at.greaterEqual(start).logicalAnd(at.less(start.add(length)));
    result = hidden.where(fillValue, result);
  }
  return result;
}

/**
 * Hides spans of time in each sample, as SpecAugment does with spectrograms: `[batch, steps, ...] -> same`. Park et al., 2019,
 * arXiv:1904.08779.
 * @example new TimeMasking({ factor: 0.1, masks: 2 })
 */
export class TimeMasking extends Signal<Masking> {
  static override readonly type: string = 'TimeMasking';

  constructor(options: SpanMaskingOptions = {}) {
    super(readLayerOptions('TimeMasking', MASKING, options));
  }

  protected override change(x: Tensor): Tensor {
    return masked(x, 1, this.config);
  }
}

/**
 * Hides bands of frequencies in each spectrogram, `[batch, steps, bands]` or `[batch, steps, bands, channels]`.
 * @example new FrequencyMasking({ factor: 0.15 })
 */
export class FrequencyMasking extends Signal<Masking> {
  static override readonly type: string = 'FrequencyMasking';

  constructor(options: SpanMaskingOptions = {}) {
    super(readLayerOptions('FrequencyMasking', MASKING, options));
  }

  protected override change(x: Tensor): Tensor {
    return masked(x, 2, this.config);
  }
}
