import {
  ConfigError,
  concat,
  conv1d,
  DTypeError,
  formatSpec,
  isFloat,
  type Spec,
  type Tensor,
  type Variable,
} from '@nablajs/tensor';
import { Layer } from '../../base/layer.ts';
import {
  type Complete,
  choice,
  count,
  flag,
  type LayerOptions,
  optional,
  positional,
  readLayerOptions,
} from '../../base/options.ts';
import type { WeightMaker } from '../../base/weights.ts';
import { STFT, WINDOW, type WindowName } from '../../initializers/stft.ts';
import { channelsOf, type DataFormat, dataFormat } from '../../spatial/layout.ts';
import { angleOf } from './angle.ts';

/** What a spectrogram shows of each frequency. `'stft'`: real parts, then imaginary parts. */
export type SpectrogramMode = 'log' | 'magnitude' | 'psd' | 'real' | 'imag' | 'angle' | 'stft';

/** Options of {@link STFTSpectrogram}. */
export interface STFTSpectrogramOptions extends LayerOptions {
  /** Steps per frame. Default 256. */
  readonly frameLength?: number;
  /** Steps from frame to frame. Default `null`: half a frame. */
  readonly frameStep?: number | null;
  /** Length of the transform, which makes `fftLength / 2 + 1` frequencies. Default `null`: the next power of two. */
  readonly fftLength?: number | null;
  /** A window by name, its values, or `null` for none. Default `'hann'`. */
  readonly window?: WindowName | readonly number[] | null;
  /** Whether a named window goes on where it ends. Default `false`. */
  readonly periodic?: boolean;
  /** What the window is divided by: its norm (`'density'`), its sum (`'spectrum'`) or nothing. Default `'density'`. */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Default `'valid'`. */
  readonly padding?: 'valid' | 'same';
  /** Frequencies on an axis of their own, as image layers take them. Default `false`. */
  readonly expandDims?: boolean;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

type Config = Complete<STFTSpectrogramOptions & { readonly mode: SpectrogramMode }>;

const EPSILON = 1e-7;

const FIELDS = {
  mode: choice<SpectrogramMode>(['log', 'magnitude', 'psd', 'real', 'imag', 'angle', 'stft'], 'log'),
  frameLength: count(256),
  frameStep: optional(count()),
  fftLength: optional(count()),
  window: { ...optional(WINDOW), fallback: 'hann' as const },
  periodic: flag(false),
  scaling: {
    ...optional(choice<'density' | 'spectrum'>(['density', 'spectrum'], 'density')),
    fallback: 'density' as const,
  },
  padding: choice<'valid' | 'same'>(['valid', 'same'], 'valid'),
  expandDims: flag(false),
  dataFormat,
};

/**
 * The short-term Fourier transform of each channel, by convolutions that begin as cosines and sines and are trained like any
 * weight (freeze the layer to keep them). `[batch, steps, channels] -> [batch, frames, channels * frequencies]`, or with
 * `expandDims` `[batch, frames, frequencies, channels]`. Weights: real_kernel and imag_kernel `[frameLength, 1, frequencies]`,
 * each unless the mode does without.
 * @throws ConfigError for frames longer than the transform, or that do not overlap
 * @example new STFTSpectrogram('log', { frameLength: 512, expandDims: true })
 */
export class STFTSpectrogram extends Layer<Config> {
  static override readonly type: string = 'STFTSpectrogram';
  #real: Variable | null = null;
  #imag: Variable | null = null;

  constructor(
    mode?: SpectrogramMode | (STFTSpectrogramOptions & { readonly mode?: SpectrogramMode }),
    options: STFTSpectrogramOptions = {},
  ) {
    super(readLayerOptions('STFTSpectrogram', FIELDS, positional({ mode }, options)) as Config & LayerOptions);
    const { frameLength, frameStep, fftLength } = this.config;
    if (frameStep !== null && frameStep > frameLength) {
      throw new ConfigError(
        `STFTSpectrogram: frameStep ${frameStep} is longer than frameLength ${frameLength}, so that steps would be skipped.`,
      );
    }
    if (fftLength !== null && fftLength < frameLength) {
      throw new ConfigError(`STFTSpectrogram: fftLength ${fftLength} is shorter than frameLength ${frameLength}.`);
    }
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const { mode, frameLength, fftLength, window, scaling, periodic, dataFormat } = this.config;
    channelsOf(input, 1, dataFormat);
    const length = fftLength ?? 2 ** Math.ceil(Math.log2(frameLength));
    const shape = [frameLength, 1, Math.floor(length / 2) + 1];
    const kernel = (side: 'real' | 'imag'): Variable =>
      make.weight(`${side}_kernel`, shape, { initializer: new STFT(side, { window, scaling, periodic }) });
    if (mode !== 'imag') this.#real = kernel('real');
    if (mode !== 'real') this.#imag = kernel('imag');
  }

  protected override call(x: Tensor): Tensor {
    if (!isFloat(x.dtype)) {
      throw new DTypeError(`takes sounds as floats, got ${formatSpec(x.spec)}. Cast them, and scale them to -1..1.`);
    }
    const { frameLength, frameStep, padding, dataFormat, expandDims } = this.config;
    const signal = dataFormat === 'channelsLast' ? x.transpose([0, 2, 1]) : x;
    const [batch, channels, steps] = signal.shape as readonly [number, number, number];
    const strides = frameStep ?? Math.max(1, Math.floor(frameLength / 2));
    const alone = signal.reshape([batch * channels, steps, 1]);
    const through = (kernel: Variable | null): Tensor =>
      conv1d(alone, kernel!.value.cast(x.dtype), { strides, padding });
    // [batch * channels, frames, frequencies]
    const shown = this.#shown(
      () => through(this.#real),
      () => through(this.#imag),
    );
    const [, frames, frequencies] = shown.shape as readonly [number, number, number];
    const apart = shown.reshape([batch, channels, frames, frequencies]);
    if (expandDims) return dataFormat === 'channelsLast' ? apart.transpose([0, 2, 3, 1]) : apart;
    if (dataFormat === 'channelsLast')
      return apart.transpose([0, 2, 1, 3]).reshape([batch, frames, channels * frequencies]);
    return apart.transpose([0, 1, 3, 2]).reshape([batch, channels * frequencies, frames]);
  }

  #shown(real: () => Tensor, imag: () => Tensor): Tensor {
    const { mode } = this.config;
    if (mode === 'real') return real();
    if (mode === 'imag') return imag();
    if (mode === 'angle') return angleOf(imag(), real());
    if (mode === 'stft') return concat([real(), imag()], -1);
    const power = real().square().add(imag().square());
    if (mode === 'psd') return doubled(power);
    const magnitude = power.maximum(EPSILON).sqrt();
    return mode === 'magnitude' ? magnitude : magnitude.log();
  }
}

/** Frequencies between the first and the last count for their negatives, too. */
function doubled(power: Tensor): Tensor {
  const [batch, frames, frequencies] = power.shape as readonly [number, number, number];
  if (frequencies < 3) return power;
  const inner = power.slice([0, 0, 1], [batch, frames, frequencies - 2]);
  return power.add(
    inner.pad([
      [0, 0],
      [0, 0],
      [1, 1],
    ]),
  );
}
