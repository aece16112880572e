import { FormatError } from '@nablajs/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWav, writeWav } from '../../src/index.ts';

/** A file chunk by chunk, as the RIFF specification has them. */
function wav(
  format: { code: number; channels: number; bits: number },
  samples: number[],
  extra: number[] = [],
): Uint8Array {
  const u16 = (n: number): number[] => [n & 255, n >> 8];
  const u32 = (n: number): number[] => [...u16(n & 0xffff), ...u16(n >>> 16)];
  const text = (word: string): number[] => [...Buffer.from(word)];
  const { code, channels, bits } = format;
  const width = (channels * bits) / 8;
  const fmt = [...u16(code), ...u16(channels), ...u32(8000), ...u32(8000 * width), ...u16(width), ...u16(bits)];
  const body = [...text('fmt '), ...u32(16), ...fmt, ...extra, ...text('data'), ...u32(samples.length), ...samples];
  return Uint8Array.from([...text('RIFF'), ...u32(4 + body.length), ...text('WAVE'), ...body]);
}

describe('parseWav', () => {
  it.each([
    ['8 bits, unsigned', { code: 1, channels: 1, bits: 8 }, [0, 128, 192], [-1, 0, 0.5]],
    ['16 bits', { code: 1, channels: 1, bits: 16 }, [0, 0x80, 0, 0x40], [-1, 0.5]],
    ['24 bits', { code: 1, channels: 1, bits: 24 }, [0, 0, 0xc0, 0, 0, 0x20], [-0.5, 0.25]],
    ['32 bits', { code: 1, channels: 1, bits: 32 }, [0, 0, 0, 0xc0], [-0.5]],
    ['floats', { code: 3, channels: 1, bits: 32 }, [0, 0, 0, 0xbf], [-0.5]],
  ])('reads %s', (_, format, bytes, expected) => {
    const { data, frames, sampleRate } = parseWav(wav(format, bytes));
    expect([...data]).toEqual(expected);
    expect([frames, sampleRate]).toEqual([expected.length, 8000]);
  });

  it('keeps the channels of a moment together, and skips chunks it does not know', () => {
    const list = [...Buffer.from('LIST'), 3, 0, 0, 0, 1, 2, 3, 0];
    const sound = parseWav(wav({ code: 1, channels: 2, bits: 8 }, [0, 128, 128, 0], list));
    expect([...sound.data]).toEqual([-1, 0, 0, -1]);
    expect([sound.frames, sound.channels]).toEqual([2, 2]);
  });

  it('refuses what it cannot read', () => {
    const compressed = wav({ code: 2, channels: 1, bits: 4 }, [0]);
    expect(() => parseWav(compressed, 'x.wav')).toThrow(/encoding 2/);
    expect(() => parseWav(new Uint8Array(50))).toThrow(/not a WAV file/);
    expect(() => parseWav(wav({ code: 1, channels: 1, bits: 8 }, [1, 2, 3]).slice(0, -1))).toThrow(
      /the file ends after 2/,
    );
  });

  it('never throws anything else, whatever the bytes', () => {
    const whole = writeWav({ data: Float32Array.of(0, 0.5), channels: 1, sampleRate: 8000 });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const damaged = whole.slice(0, length);
        if (at < length) damaged[at] = byte;
        try {
          parseWav(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });

  it('reads back what writeWav wrote, to half a step of 16 bits', () => {
    const data = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i / 5));
    const back = parseWav(writeWav({ data, channels: 2, sampleRate: 44100 }));
    expect([back.frames, back.channels, back.sampleRate]).toEqual([50, 2, 44100]);
    for (const [i, value] of data.entries()) expect(Math.abs(back.data[i]! - value)).toBeLessThanOrEqual(1 / 32768);
  });
});
