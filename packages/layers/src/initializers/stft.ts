import { ConfigError, formatShape, fromData, type Shape, sizeOf, type Tensor } from '@nablajs/tensor';
import { choice, type Field, flag, optional, positional, readOptions } from '../base/options.ts';
import { Initializer } from './initializer.ts';

/** Windows by name: each a sum of cosines, or a shape of its own. */
export type WindowName = 'hann' | 'hamming' | 'blackman' | 'bartlett' | 'boxcar';

/** Configuration of {@link STFT}. */
export interface STFTConfig {
  /** Which part of the transform the kernel computes. Default `'real'`. */
  readonly side: 'real' | 'imag';
  /** A window by name, its values, or `null` for none. Default `'hann'`. */
  readonly window: WindowName | readonly number[] | null;
  /** What the window is divided by: its norm (`'density'`), its sum (`'spectrum'`) or nothing. Default `'density'`. */
  readonly scaling: 'density' | 'spectrum' | null;
  /** Whether a named window goes on where it ends, as transforms assume. Default `false`. */
  readonly periodic: boolean;
}

/** Coefficients of cosines of the multiples of an angle. */
const COSINES: Readonly<Record<Exclude<WindowName, 'bartlett'>, readonly number[]>> = {
  hann: [0.5, -0.5],
  hamming: [0.54, -0.46],
  blackman: [0.42, -0.5, 0.08],
  boxcar: [1],
};
const NAMES: readonly WindowName[] = ['hann', 'hamming', 'blackman', 'bartlett', 'boxcar'];

/** The option for a window: by name, or its values. */
export const WINDOW: Field<WindowName | readonly number[]> = {
  must: `one of ${NAMES.map((name) => `'${name}'`).join(', ')}, or a list of numbers`,
  fallback: undefined,
  read: (value) => {
    if (Array.isArray(value)) return value.every(Number.isFinite) ? value : undefined;
    return NAMES.includes(value as WindowName) ? (value as WindowName) : undefined;
  },
};

const FIELDS = {
  side: choice<'real' | 'imag'>(['real', 'imag'], 'real'),
  window: { ...optional(WINDOW), fallback: 'hann' as const },
  scaling: {
    ...optional(choice<'density' | 'spectrum'>(['density', 'spectrum'], 'density')),
    fallback: 'density' as const,
  },
  periodic: flag(false),
};

/**
 * Kernels `[frame, 1, frequencies]` of a convolution that is one part of the short-term Fourier transform: cosines (`'real'`)
 * or sines (`'imag'`) of `-2 pi time frequency / (2 (frequencies - 1))`, under a window.
 */
export class STFT extends Initializer<STFTConfig> {
  static override readonly type: string = 'STFT';

  constructor(side?: 'real' | 'imag' | Partial<STFTConfig>, options: Partial<Omit<STFTConfig, 'side'>> = {}) {
    super(readOptions('STFT', FIELDS, positional({ side }, options)) as STFTConfig);
  }

  /** @throws ConfigError for another shape, or a window of another length than the frame */
  override apply(shape: Shape): Tensor {
    const { side, window, scaling } = this.config;
    if (shape.length !== 3 || shape[1] !== 1) {
      throw new ConfigError(
        `initializer STFT: makes kernels [frame, 1, frequencies], asked for ${formatShape(shape)}.`,
      );
    }
    const [frame, , frequencies] = shape as [number, number, number];
    const values = this.#windowOf(frame);
    const scale =
      window === null || scaling === null
        ? 1
        : scaling === 'density'
          ? Math.hypot(...values)
          : values.reduce((sum, value) => sum + Math.abs(value), 0);
    const wave = side === 'real' ? Math.cos : Math.sin;
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const [time, frequency] = [Math.floor(i / frequencies), i % frequencies];
      const turns = (time * frequency) / (2 * Math.max(1, frequencies - 1));
      return (wave(-2 * Math.PI * (turns % 1)) * values[time]!) / scale;
    });
    return fromData(data, [...shape]);
  }

  #windowOf(frame: number): readonly number[] {
    const { window, periodic } = this.config;
    if (window === null) return new Array<number>(frame).fill(1);
    if (typeof window === 'string') return windowValues(window, frame, periodic);
    if (window.length === frame) return window;
    throw new ConfigError(
      `initializer STFT: the window has ${window.length} values for frames of ${frame}. Give one value per step of the frame.`,
    );
  }
}

/** A window by name: symmetric, or the first values of one that is longer by one. */
export function windowValues(name: WindowName, size: number, periodic: boolean): readonly number[] {
  const last = periodic ? size : size - 1;
  return Array.from({ length: size }, (_, i) => {
    if (last === 0) return 1;
    if (name === 'bartlett') return 1 - Math.abs((2 * i) / last - 1);
    return COSINES[name].reduce((sum, share, k) => sum + share * Math.cos((2 * Math.PI * k * i) / last), 0);
  });
}
