import { readFile } from 'node:fs/promises';
import { fileAdvice } from '@nablajs/data';
import { FormatError } from '@nablajs/tensor';
import type { Image } from './image.ts';

/** Bytes with red, green, blue and opacity of each pixel. */
interface Rgba {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const MOST_PIXELS = 100_000_000;

/**
 * Reads a PNG or JPEG file; which one, its first bytes decide. What is transparent becomes white, as on paper.
 * @throws FormatError naming the file when it cannot be read or is neither
 */
export async function readImage(path: string): Promise<Image> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FormatError(`${path}: cannot be read ${fileAdvice(path, cause)}`, { cause });
  });
  const decode = isPng(bytes) ? decodePng : isJpeg(bytes) ? decodeJpeg : undefined;
  if (decode === undefined) throw new FormatError(`${path}: is neither a PNG nor a JPEG image.`);
  try {
    return onWhite(await decode(bytes));
  } catch (cause) {
    throw new FormatError(`${path}: the image is damaged (${(cause as Error).message}).`, { cause });
  }
}

function isPng(bytes: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47].every((byte, i) => bytes[i] === byte);
}

function isJpeg(bytes: Uint8Array): boolean {
  return [0xff, 0xd8, 0xff].every((byte, i) => bytes[i] === byte);
}

async function decodePng(bytes: Buffer): Promise<Rgba> {
  // The header comes first: a small file must not claim a huge image.
  const [width, height] = bytes.length >= 24 ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [0, 0];
  if (width * height > MOST_PIXELS) throw new Error(`it declares ${width} x ${height} pixels`);
  const { PNG } = await import('pngjs');
  return PNG.sync.read(bytes);
}

async function decodeJpeg(bytes: Buffer): Promise<Rgba> {
  const { decode } = await import('jpeg-js');
  return decode(bytes, { useTArray: true, maxResolutionInMP: MOST_PIXELS / 1e6, maxMemoryUsageInMB: 2048 });
}

function onWhite({ data, width, height }: Rgba): Image {
  const pixels = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const opacity = data[4 * i + 3]! / 255;
    for (let c = 0; c < 3; c++) pixels[3 * i + c] = (data[4 * i + c]! / 255) * opacity + (1 - opacity);
  }
  return { data: pixels, width, height, channels: 3 };
}
