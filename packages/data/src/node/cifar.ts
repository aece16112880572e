import { join } from 'node:path';
import { FormatError } from '@nablajs/tensor';
import { type CifarImages, parseCifar } from '../cifar/cifar.ts';
import { fileBytes, namesIn } from './read.ts';

/** Both halves of CIFAR-10 or CIFAR-100. */
export interface Cifar {
  readonly train: CifarImages;
  readonly test: CifarImages;
}

const FILES = {
  10: { train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), test: ['test_batch.bin'] },
  100: { train: ['train.bin'], test: ['test.bin'] },
} as const;

/**
 * Reads the binary version of CIFAR-10 or CIFAR-100 from the folder it was unpacked to; which one, its files tell.
 * @throws FormatError naming the file that is missing or wrong
 * @example const { train, test } = await readCifar('cifar-10-batches-bin'); // train.shape is [50000, 32, 32, 3]
 */
export async function readCifar(folder: string): Promise<Cifar> {
  const present = await namesIn(folder, 'readCifar');
  const classes = present.includes('train.bin') ? 100 : 10;
  const missing = [...FILES[classes].train, ...FILES[classes].test].find((file) => !present.includes(file));
  if (missing !== undefined) {
    throw new FormatError(
      `${folder}: holds no ${missing}. Unpack the binary version of CIFAR there, not the Python one.`,
    );
  }
  const read = async (files: readonly string[]): Promise<CifarImages> =>
    joined(
      await Promise.all(
        files.map(async (file) => {
          const path = join(folder, file);
          return parseCifar(await fileBytes(path, 'readCifar'), classes === 10 ? 1 : 2, path);
        }),
      ),
    );
  return { train: await read(FILES[classes].train), test: await read(FILES[classes].test) };
}

function joined(parts: readonly CifarImages[]): CifarImages {
  if (parts.length === 1) return parts[0]!;
  const count = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const images = new Uint8Array(count * 32 * 32 * 3);
  const labels = new Uint8Array(count);
  let at = 0;
  for (const part of parts) {
    images.set(part.images, at * 32 * 32 * 3);
    labels.set(part.labels, at);
    at += part.shape[0];
  }
  return { images, shape: [count, 32, 32, 3], labels };
}
