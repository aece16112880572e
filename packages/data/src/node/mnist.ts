// The four files in which MNIST, Fashion-MNIST, KMNIST and EMNIST come.
import { join } from 'node:path';
import { FormatError, formatShape } from '@nablajs/tensor';
import type { IdxArray } from '../idx/format.ts';
import { readIdxFile } from './idx-file.ts';
import { namesIn } from './read.ts';

/** Images with the class of each. */
export interface LabelledImages {
  /** Grey values 0 to 255, row-major. */
  readonly images: Uint8Array;
  /** `[count, height, width]`. */
  readonly shape: readonly [number, number, number];
  /** The class of each image, from 0. */
  readonly labels: Uint8Array;
}

/** Both halves of a data set of the MNIST family. */
export interface Mnist {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/**
 * Reads the training and test images of MNIST, or of any data set distributed in the same four files
 * (`train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-...`), gzip-compressed (`.gz`) or not.
 * @throws FormatError naming the file that is missing or wrong
 * @example const { train, test } = await readMnist('data/mnist') // train.shape is [60000, 28, 28]
 */
export async function readMnist(folder: string): Promise<Mnist> {
  return { train: await readHalf(folder, 'train'), test: await readHalf(folder, 't10k') };
}

async function readHalf(folder: string, half: 'train' | 't10k'): Promise<LabelledImages> {
  const [imageFile, labelFile] = [
    await findFile(folder, `${half}-images`, 'idx3-ubyte'),
    await findFile(folder, `${half}-labels`, 'idx1-ubyte'),
  ];
  const [images, labels] = await Promise.all([readIdxFile(imageFile), readIdxFile(labelFile)]);
  const shape = bytesOfRank(images, 3, imageFile, 'images are unsigned bytes of shape [count, height, width]').shape;
  const [count] = bytesOfRank(labels, 1, labelFile, 'labels are unsigned bytes of shape [count]').shape;
  if (count !== shape[0]) {
    throw new FormatError(`${labelFile}: has ${count} labels for the ${shape[0]} images of ${imageFile}.`);
  }
  return {
    images: images.data as Uint8Array,
    shape: shape as readonly [number, number, number],
    labels: labels.data as Uint8Array,
  };
}

/** Some distributions write a dot where others write a dash. */
async function findFile(folder: string, name: string, kind: string): Promise<string> {
  const present = await namesIn(folder, 'readMnist');
  const wanted = [`${name}-${kind}`, `${name}.${kind}`].flatMap((file) => [file, `${file}.gz`]);
  const found = wanted.find((file) => present.includes(file));
  if (found === undefined) {
    throw new FormatError(`${folder}: holds neither ${name}-${kind} nor ${name}-${kind}.gz.`);
  }
  return join(folder, found);
}

function bytesOfRank(array: IdxArray, rank: number, file: string, expected: string): IdxArray {
  if (array.shape.length === rank && array.data instanceof Uint8Array) return array;
  throw new FormatError(`${file}: holds a ${array.data.constructor.name} of ${formatShape(array.shape)}; ${expected}.`);
}
