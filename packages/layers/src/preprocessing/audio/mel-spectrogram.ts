import { ConfigError, conv1d, formatSpec, fromData, gather, isFloat, ShapeError, type Tensor } from '@nablajs/tensor';
import { Layer } from '../../base/layer.ts';
import {
  type Complete,
  count,
  flag,
  type LayerOptions,
  nonNegative,
  optional,
  positional,
  positive,
  readLayerOptions,
  real,
} from '../../base/options.ts';
import { WINDOW, type WindowName, windowValues } from '../../initializers/stft.ts';
import { melFilters } from './mel.ts';

/** Options of {@link MelSpectrogram}. */
export interface MelSpectrogramOptions extends LayerOptions {
  /** Length of the transform. Default 2048. */
  readonly fftLength?: number;
  /** Steps from frame to frame. Default 512. */
  readonly sequenceStride?: number;
  /** Steps under the window, in the middle of a frame. Default `null`: `fftLength`. */
  readonly sequenceLength?: number | null;
  /** A window by name, its values, or `null` for none. Default `'hann'`. */
  readonly window?: WindowName | readonly number[] | null;
  /** Steps per second. Default 16000. */
  readonly samplingRate?: number;
  /** Default 128. */
  readonly numMelBins?: number;
  /** In hertz. Default 20. */
  readonly minFreq?: number;
  /** In hertz. Default `null`: half the sampling rate. */
  readonly maxFreq?: number | null;
  /** Decibels instead of powers. Default `true`. */
  readonly powerToDb?: boolean;
  /** Decibels below the loudest of the batch at which quiet ones are cut. Default 80. */
  readonly topDb?: number;
  /** Exponent of magnitudes: 2 for powers. Default 2. */
  readonly magExp?: number;
  /** Powers below this count as this, in decibels. Default 1e-10. */
  readonly minPower?: number;
  /** The power of 0 decibels. Default 1. */
  readonly refPower?: number;
}

const FIELDS = {
  fftLength: count(2048),
  sequenceStride: count(512),
  sequenceLength: optional(count()),
  window: { ...optional(WINDOW), fallback: 'hann' as const },
  samplingRate: positive(16000),
  numMelBins: count(128),
  minFreq: nonNegative(20),
  maxFreq: optional(positive()),
  powerToDb: flag(true),
  topDb: nonNegative(80),
  magExp: positive(2),
  minPower: positive(1e-10),
  refPower: real(1),
};

/** Magnitudes below its root have no slope. */
const SMALLEST = 1e-24;

/**
 * Sounds to mel spectrograms: `[samples]` or `[batch, samples]` to `[..., numMelBins, frames]`, frame by frame of a signal that
 * is mirrored at both ends, so that frames lie around their steps. The transform is a product with cosines and sines, on the
 * backend, and gradients pass through it. No weights.
 * @throws ConfigError for a window longer than the transform
 * @example new MelSpectrogram({ samplingRate: 8000, fftLength: 512, sequenceStride: 128, numMelBins: 40 })
 */
export class MelSpectrogram extends Layer<Complete<MelSpectrogramOptions>> {
  static override readonly type: string = 'MelSpectrogram';
  #waves: Float32Array | null = null;

  constructor(fftLength?: number | MelSpectrogramOptions, options: MelSpectrogramOptions = {}) {
    super(readLayerOptions('MelSpectrogram', FIELDS, positional({ fftLength }, options)));
    const { fftLength: length, sequenceLength, window } = this.config;
    const framed = sequenceLength ?? length;
    if (framed > length) {
      throw new ConfigError(`MelSpectrogram: sequenceLength ${framed} is longer than fftLength ${length}.`);
    }
    if (Array.isArray(window) && window.length !== framed) {
      throw new ConfigError(
        `MelSpectrogram: the window has ${window.length} values for ${framed} steps. Give one value per step.`,
      );
    }
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    if (x.rank < 1 || x.rank > 2 || x.shape.at(-1) === 0) {
      throw new ShapeError(`takes sounds [samples] or [batch, samples], got ${formatSpec(x.spec)}.`);
    }
    const { fftLength, sequenceStride, numMelBins, powerToDb } = this.config;
    const frequencies = Math.floor(fftLength / 2) + 1;
    const sounds = (isFloat(x.dtype) ? x : x.cast('float32')).reshape([-1, x.shape.at(-1)!]);
    const waves = fromData(this.#kernel(), [fftLength, 1, 2 * frequencies]).cast(sounds.dtype);
    const both = conv1d(mirrored(sounds, Math.floor(fftLength / 2)).expandDims(-1), waves, { strides: sequenceStride });
    const [batch, frames] = both.shape as readonly [number, number, number];
    const parts = both.square().reshape([batch, frames, 2, frequencies]).sum(2);
    const bands = this.#powers(parts)
      .reshape([batch * frames, frequencies])
      .matmul(this.#filters(frequencies).cast(sounds.dtype));
    const shown = powerToDb ? this.#decibels(bands) : bands;
    const swapped = shown.reshape([batch, frames, numMelBins]).transpose([0, 2, 1]);
    return x.rank === 1 ? swapped.squeeze(0) : swapped;
  }

  /** Magnitudes to an exponent, from squared ones. */
  #powers(squares: Tensor): Tensor {
    const { magExp } = this.config;
    return magExp === 2 ? squares : squares.maximum(SMALLEST).pow(magExp / 2);
  }

  #decibels(powers: Tensor): Tensor {
    const { minPower, refPower, topDb } = this.config;
    const decibels = powers
      .maximum(minPower)
      .log()
      .mul(10 / Math.LN10);
    const relative = decibels.sub(10 * Math.log10(Math.max(Math.abs(refPower), minPower)));
    return relative.maximum(relative.max().sub(topDb));
  }

  #filters(frequencies: number): Tensor {
    const { numMelBins, samplingRate, minFreq, maxFreq } = this.config;
    const filters = melFilters({
      bands: numMelBins,
      frequencies,
      samplingRate,
      minFreq,
      maxFreq: maxFreq ?? Math.floor(samplingRate / 2),
    });
    return fromData(filters, [frequencies, numMelBins]);
  }

  /** Cosines, then sines, of each frequency under the window. */
  #kernel(): Float32Array {
    if (this.#waves) return this.#waves;
    const { fftLength, sequenceLength, window } = this.config;
    const framed = sequenceLength ?? fftLength;
    const values = typeof window === 'string' ? windowValues(window, framed, true) : window;
    const before = Math.floor((fftLength - framed) / 2);
    const frequencies = Math.floor(fftLength / 2) + 1;
    const turn = Array.from({ length: fftLength }, (_, i) => (2 * Math.PI * i) / fftLength);
    const waves = new Float32Array(fftLength * 2 * frequencies);
    for (let time = 0; time < fftLength; time++) {
      // Without a window, the whole frame counts.
      const weight = values ? (values[time - before] ?? 0) : 1;
      for (let k = 0; weight !== 0 && k < frequencies; k++) {
        const angle = turn[(time * k) % fftLength]!;
        waves[(2 * time + 0) * frequencies + k] = weight * Math.cos(angle);
        waves[(2 * time + 1) * frequencies + k] = -weight * Math.sin(angle);
      }
    }
    this.#waves = waves;
    return waves;
  }
}

/** `[batch, samples]` with more at both ends, as if there were mirrors at the first and the last sample. */
function mirrored(x: Tensor, margin: number): Tensor {
  const size = x.shape[1]!;
  const period = Math.max(1, 2 * (size - 1));
  const places = Int32Array.from({ length: size + 2 * margin }, (_, i) => {
    const place = (((i - margin) % period) + period) % period;
    return Math.min(place, period - place);
  });
  return gather(x, fromData(size === 1 ? places.fill(0) : places, [places.length]), 1);
}
