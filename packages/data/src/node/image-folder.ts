import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ConfigError, FormatError } from '@nablajs/tensor';
import { type DecodeImage, imageSet } from '../images/image-set.ts';
import { checkedOptions, type ImageSet, type ImageSetOptions } from '../images/options.ts';
import { unreadable } from './read.ts';

const PICTURE = /\.(jpe?g|png|webp|gif|avif|tiff?)$/i;
type Sharp = typeof import('sharp').default;

/**
 * The pictures of a folder with one folder per class, decoded and scaled by `sharp` (an optional peer) as they are needed.
 * @returns the data set, the names of the classes and the files
 * @throws ConfigError when there is no picture; FormatError naming the folder or file that cannot be read;
 *   ConfigError where `sharp` is not installed
 * @example
 * const { dataset, classes } = await imageFolder('photos', { size: [64, 64] }); // photos/cat/1.jpg, photos/dog/7.jpg, ...
 * const [train, validation] = dataset.split(0.8, { seed: 1 });
 */
export async function imageFolder(folder: string, options: ImageSetOptions): Promise<ImageSet> {
  const { size, channels, scale, fit, workers } = checkedOptions('imageFolder', options);
  const sharp = await loadSharp();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause) => {
    throw unreadable(cause.path ?? folder, cause, 'imageFolder');
  });
  const found = entries
    .filter((entry) => entry.isFile() && PICTURE.test(entry.name) && entry.parentPath !== folder)
    .map((entry) => ({ file: join(entry.parentPath, entry.name), folder: basename(entry.parentPath) }));
  const [height, width] = size;

  const decode: DecodeImage = async (file, out, at) => {
    const pixels = await decoded(sharp, file, { height, width, channels, crop: fit === 'crop' });
    const factor = scale / 255;
    for (let i = 0; i < pixels.length; i++) out[at + i] = pixels[i]! * factor;
  };
  return imageSet(`imageFolder('${folder}')`, found, { ...options, size, channels, workers }, decode);
}

interface Wanted {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly crop: boolean;
}

async function decoded(sharp: Sharp, file: string, { height, width, channels, crop }: Wanted): Promise<Uint8Array> {
  try {
    // Turned as the camera was held; what is transparent becomes white, as on paper.
    const image = sharp(file)
      .rotate()
      .flatten({ background: 'white' })
      .resize(width, height, { fit: crop ? 'cover' : 'fill' });
    const { data } = await (channels === 1 ? image.grayscale() : image.toColourspace('srgb'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    return data;
  } catch (cause) {
    throw new FormatError(`${file}: the picture cannot be read (${(cause as Error).message}).`, { cause });
  }
}

async function loadSharp(): Promise<Sharp> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new ConfigError('imageFolder: pictures are decoded by sharp. Install it: npm install sharp', {
      cause,
    });
  }
}
