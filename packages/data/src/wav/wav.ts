// RIFF/WAVE: chunks of a four-letter name and a length; `fmt ` says how samples are stored, `data` holds them.
import { ConfigError, FormatError } from '@nablajs/tensor';

/** Sound: values between -1 and 1, the channels of each moment side by side. */
export interface Sound {
  /** Row-major `[frames, channels]`. */
  readonly data: Float32Array;
  readonly frames: number;
  readonly channels: number;
  /** Moments per second. */
  readonly sampleRate: number;
}

interface Format {
  readonly encoding: 'integer' | 'float';
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

const EXTENSIBLE = 0xfffe;

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64 bits.
 * @param name what the messages call the file
 * @throws FormatError when the file is damaged, or compressed in another way
 * @example const { data, frames, sampleRate } = parseWav(await readFile('seven.wav'));
 */
export function parseWav(bytes: Uint8Array, name: string = 'WAV data'): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || word(bytes, 0) !== 'RIFF' || word(bytes, 8) !== 'WAVE') {
    throw new FormatError(`${name}: not a WAV file: it does not begin with RIFF and WAVE.`);
  }
  let format: Format | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const kind = word(bytes, at);
    const declared = view.getUint32(at + 4, true);
    const start = at + 8;
    if (kind === 'fmt ') format = readFormat(view, start, declared, name);
    if (kind === 'data') {
      if (!format) throw new FormatError(`${name}: sound comes before the chunk that says how it is stored.`);
      // Programs that write while they record leave a length of 0 or 2^32 - 1.
      const open = declared === 0xffffffff || (declared === 0 && start < bytes.length);
      const length = open ? bytes.length - start : declared;
      if (start + length > bytes.length) {
        throw new FormatError(
          `${name}: declares ${length} bytes of sound; the file ends after ${bytes.length - start}.`,
        );
      }
      return readSamples(view, start, length, format);
    }
    at = start + declared + (declared & 1);
  }
  throw new FormatError(`${name}: holds no sound: there is no data chunk.`);
}

/**
 * Sound as a WAV file of 16 bits; what lies beyond -1 and 1 is clipped.
 * @throws ConfigError when values and channels disagree
 */
export function writeWav({ data, channels, sampleRate }: Omit<Sound, 'frames'>): Uint8Array {
  if (!Number.isInteger(channels) || channels < 1 || data.length % channels !== 0) {
    throw new ConfigError(`writeWav: ${data.length} values are no whole moments of ${channels} channels.`);
  }
  const bytes = new Uint8Array(44 + 2 * data.length);
  const view = new DataView(bytes.buffer);
  const put = (text: string, at: number): void => bytes.set(new TextEncoder().encode(text), at);
  put('RIFF', 0);
  view.setUint32(4, bytes.length - 8, true);
  put('WAVEfmt ', 8);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  put('data', 36);
  view.setUint32(40, 2 * data.length, true);
  for (let i = 0; i < data.length; i++) {
    const value = Math.max(-32768, Math.min(32767, Math.round(data[i]! * 32768)));
    view.setInt16(44 + 2 * i, value, true);
  }
  return bytes;
}

function readFormat(view: DataView, at: number, length: number, name: string): Format {
  if (length < 16 || at + length > view.byteLength) throw new FormatError(`${name}: its fmt chunk is cut off.`);
  const tag = view.getUint16(at, true);
  const code = tag === EXTENSIBLE && length >= 26 ? view.getUint16(at + 24, true) : tag;
  const format = {
    encoding: code === 3 ? ('float' as const) : ('integer' as const),
    channels: view.getUint16(at + 2, true),
    sampleRate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
  const known = code === 1 ? [8, 16, 24, 32] : code === 3 ? [32, 64] : [];
  if (!known.includes(format.bits) || format.channels === 0) {
    throw new FormatError(
      `${name}: holds ${format.channels} channels of ${format.bits} bits in encoding ${code}. ` +
        'Nabla reads PCM of 8 to 32 bits and floats; convert the file first.',
    );
  }
  return format;
}

function readSamples(
  view: DataView,
  start: number,
  length: number,
  { encoding, channels, sampleRate, bits }: Format,
): Sound {
  const width = bits / 8;
  const frames = Math.floor(length / (width * channels));
  const data = new Float32Array(frames * channels);
  const read = encoding === 'float' ? FLOATS[bits]! : INTEGERS[bits]!;
  for (let i = 0; i < data.length; i++) data[i] = read(view, start + i * width);
  return { data, frames, channels, sampleRate };
}

type Read = (view: DataView, at: number) => number;
const FLOATS: Readonly<Record<number, Read>> = {
  32: (view, at) => view.getFloat32(at, true),
  64: (view, at) => view.getFloat64(at, true),
};
/** Eight bits are unsigned, all others signed. */
const INTEGERS: Readonly<Record<number, Read>> = {
  8: (view, at) => (view.getUint8(at) - 128) / 2 ** 7,
  16: (view, at) => view.getInt16(at, true) / 2 ** 15,
  24: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  32: (view, at) => view.getInt32(at, true) / 2 ** 31,
};

function word(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
