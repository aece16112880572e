// Spectrograms against transforms by their definition, in float64.
import { gradients } from '@nablajs/autograd';
import { fromData, zeros } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';
import { MelSpectrogram, STFTSpectrogram } from '../../src/index.ts';
import { melFilters } from '../../src/preprocessing/audio/mel.ts';
import { onReference } from '../kit.ts';
import { expectValues, waves } from './close.ts';

onReference();

const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

/** Real and imaginary part of one frequency of a frame. */
function transformed(frame: readonly number[], k: number, length: number): readonly [number, number] {
  const sum = (wave: (angle: number) => number): number =>
    frame.reduce((total, x, t) => total + x * wave((-2 * Math.PI * k * t) / length), 0);
  return [sum(Math.cos), sum(Math.sin)];
}

const hann = (size: number, periodic: boolean): number[] =>
  range(size).map((i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (periodic ? size : size - 1)));

test('mel filters by their formula: slopes between neighbouring peaks, straight in mels', () => {
  const options = { bands: 5, frequencies: 9, samplingRate: 800, minFreq: 20, maxFreq: 400 };
  const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);
  const edges = range(7).map((i) => mel(20) + (i * (mel(400) - mel(20))) / 6);
  const expected = range(9).flatMap((i) =>
    range(5).map((band) => {
      const at = mel((i * 400) / 8);
      const [low, peak, high] = [edges[band]!, edges[band + 1]!, edges[band + 2]!];
      return i === 0 ? 0 : Math.max(0, Math.min((at - low) / (peak - low), (high - at) / (high - peak)));
    }),
  );
  const found = melFilters(options);
  for (const [i, truth] of expected.entries()) expect(found[i]).toBeCloseTo(truth, 6);
});

describe('MelSpectrogram', () => {
  test('frames, window, transform, bands and decibels', async () => {
    const [samples, fft, stride, framed] = [23, 8, 5, 6];
    const options = { fftLength: fft, sequenceStride: stride, sequenceLength: framed, samplingRate: 100, minFreq: 0 };
    const sound = waves(samples);
    const mirrored = (i: number): number => sound[i < 0 ? -i : i >= samples ? 2 * (samples - 1) - i : i]!;
    const window = [0, ...hann(framed, true), 0];
    const frames = range(5).map((f) => range(fft).map((t) => mirrored(f * stride + t - fft / 2) * window[t]!));
    const filters = melFilters({ bands: 3, frequencies: 5, samplingRate: 100, minFreq: 0, maxFreq: 50 });
    const bands = (exponent: number): number[] =>
      range(3).flatMap((band) =>
        frames.map((frame) =>
          range(5).reduce(
            (sum, k) => sum + Math.hypot(...transformed(frame, k, fft)) ** exponent * filters[k * 3 + band]!,
            0,
          ),
        ),
      );
    const powers = new MelSpectrogram({ ...options, numMelBins: 3, powerToDb: false });
    await expectValues(powers.apply(fromData(sound, [samples])), bands(2), 1e-4);
    const magnitudes = new MelSpectrogram({ ...options, numMelBins: 3, powerToDb: false, magExp: 1 });
    await expectValues(magnitudes.apply(fromData(sound, [1, samples])), bands(1), 1e-4);
    const loud = new MelSpectrogram({ ...options, numMelBins: 3, topDb: 10, refPower: 2 });
    const decibels = bands(2).map((power) => 10 * Math.log10(power / 2));
    const cut = Math.max(...decibels) - 10;
    await expectValues(
      loud.apply(fromData(sound, [samples])),
      decibels.map((x) => Math.max(x, cut)),
      1e-4,
    );
  });

  test('has the shapes of Keras, and lets gradients pass', async () => {
    const small = { numMelBins: 8, samplingRate: 8000, sequenceStride: 256, fftLength: 512 };
    expect(new MelSpectrogram(small).outputSpec({ shape: [16000], dtype: 'float32' }).shape).toEqual([8, 63]);
    expect(
      new MelSpectrogram({ ...small, sequenceStride: 128 }).outputSpec({ shape: [2, 16000], dtype: 'float32' }).shape,
    ).toEqual([2, 8, 126]);
    const silence = zeros([1, 40]);
    const tiny = new MelSpectrogram({ fftLength: 8, sequenceStride: 4, numMelBins: 2, magExp: 1, powerToDb: false });
    const [slope] = gradients(tiny.apply(silence).sum(), [silence]);
    expect((await slope!.data()).every((x) => Number.isFinite(x as number))).toBe(true);
    expect(() => new MelSpectrogram({ fftLength: 8, sequenceLength: 9 })).toThrow(/longer than fftLength/);
    expect(() => new MelSpectrogram({ fftLength: 8, window: [1, 2] })).toThrow(/2 values for 8 steps/);
    expect(() => tiny.apply(zeros([1, 2, 3]))).toThrow(/takes sounds/);
  });
});

describe('STFTSpectrogram', () => {
  const [steps, frame, stride, channels] = [14, 6, 3, 2];
  const sound = waves(steps * channels);
  const x = fromData(sound, [1, steps, channels]);
  const window = hann(frame, false);
  const norm = Math.hypot(...window);
  /** Real and imaginary parts by frame, channel and frequency. */
  const parts = range(3).map((f) =>
    range(channels).map((c) =>
      range(5).map((k) =>
        transformed(
          range(frame).map((t) => (sound[(f * stride + t) * channels + c]! * window[t]!) / norm),
          k,
          8,
        ),
      ),
    ),
  );
  const by = (f: (real: number, imag: number, k: number) => number): number[] =>
    parts.flat().flatMap((frequencies) => frequencies.map(([re, im], k) => f(re, im, k)));
  const shown = async (mode: 'log' | 'magnitude' | 'psd' | 'real' | 'imag' | 'angle', expected: number[]) =>
    expectValues(new STFTSpectrogram(mode, { frameLength: frame, frameStep: stride }).apply(x), expected, 1e-4);

  test('every mode', async () => {
    await shown(
      'real',
      by((re) => re),
    );
    await shown(
      'imag',
      by((_, im) => im),
    );
    await shown(
      'magnitude',
      by((re, im) => Math.hypot(re, im)),
    );
    await shown(
      'log',
      by((re, im) => Math.log(Math.hypot(re, im))),
    );
    await shown(
      'psd',
      by((re, im, k) => (re ** 2 + im ** 2) * (k === 0 || k === 4 ? 1 : 2)),
    );
    const both = new STFTSpectrogram('stft', { frameLength: frame, frameStep: stride });
    const expected = parts.flat().flatMap((all) => [...all.map(([re]) => re), ...all.map(([, im]) => im)]);
    await expectValues(both.apply(x), expected, 1e-4);
  });

  test('angles, of frequencies that are there', async () => {
    const layer = new STFTSpectrogram('angle', { frameLength: frame, frameStep: stride });
    const found = await layer.apply(x).data();
    for (const [i, truth] of by((re, im) => Math.atan2(im, re)).entries()) {
      // At both ends rounding decides the sign, of half a turn or of 0.
      if (i % 5 === 0 || i % 5 === 4) continue;
      expect(found[i], `element ${i}`).toBeCloseTo(truth, 4);
    }
  });

  test('layouts', async () => {
    const options = { frameLength: frame, frameStep: stride, expandDims: true } as const;
    const images = new STFTSpectrogram('magnitude', options).apply(x);
    const expected = range(3).flatMap((f) =>
      range(5).flatMap((k) => range(channels).map((c) => Math.hypot(...parts[f]![c]![k]!))),
    );
    expect(images.shape).toEqual([1, 3, 5, 2]);
    await expectValues(images, expected, 1e-4);
    const first = new STFTSpectrogram('magnitude', { ...options, dataFormat: 'channelsFirst' });
    await expectValues(first.apply(x.transpose([0, 2, 1])), await images.transpose([0, 3, 1, 2]).data());
    const flat = new STFTSpectrogram('magnitude', { ...options, dataFormat: 'channelsFirst', expandDims: false });
    await expectValues(flat.apply(x.transpose([0, 2, 1])), await images.transpose([0, 3, 2, 1]).data());
    expect(new STFTSpectrogram().outputSpec({ shape: [1, 1024, 1], dtype: 'float32' }).shape).toEqual([1, 7, 129]);
    expect(() => new STFTSpectrogram('log', { frameLength: 4, frameStep: 5 })).toThrow(/frameStep 5 is longer/);
    expect(() => new STFTSpectrogram('log', { frameLength: 8, fftLength: 4 })).toThrow(/fftLength 4 is shorter/);
    expect(() => new STFTSpectrogram().apply(zeros([1, 300, 1], 'int32'))).toThrow(/as floats/);
  });
});
