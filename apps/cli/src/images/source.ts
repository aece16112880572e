// The images a command can be pointed at: a picture, a row of an IDX file, a row of a data set's test images.
import { readIdxFile } from '@nablajs/data/node';
import { ConfigError, FormatError, formatShape } from '@nablajs/tensor';
import { DATASET_NAMES, loadDataset } from '../datasets/dataset.ts';
import { readImage } from './decode.ts';
import type { Image } from './image.ts';

/** An image, and its class where the source knows it. */
export interface FoundImage {
  readonly image: Image;
  readonly truth?: string;
  readonly classes?: readonly string[];
}

/**
 * Reads `digit.png`, `images.idx#3` or `mnist#3`.
 * @param folder where a data set's files are, as for `loadDataset`
 * @throws FormatError or ConfigError naming the source
 */
export async function findImage(source: string, folder?: string): Promise<FoundImage> {
  const [, name, digits] = /^(.*)#(\d+)$/.exec(source) ?? [];
  if (name === undefined) return { image: await readImage(source) };
  const row = Number(digits);
  const dataset = DATASET_NAMES.find((known) => known === name);
  if (dataset === undefined) return { image: await idxRow(name, row) };

  const { test, classes } = await loadDataset(dataset, folder);
  const image = rowOf(test.images, test.shape, row, name);
  return { image, truth: classes[test.labels[row]!]!, classes };
}

async function idxRow(path: string, row: number): Promise<Image> {
  const { data, shape } = await readIdxFile(path);
  if (!(data instanceof Uint8Array) || (shape.length !== 3 && shape.length !== 4)) {
    throw new FormatError(
      `${path}: holds a ${data.constructor.name} of ${formatShape(shape)}; images are unsigned bytes, [count, height, width].`,
    );
  }
  return rowOf(data, shape, row, path);
}

function rowOf(data: Uint8Array, shape: readonly number[], row: number, name: string): Image {
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  if (row >= count) throw new ConfigError(`${name}: has ${count} images, numbered from 0; there is no #${row}.`);
  if (channels !== 1 && channels !== 3) throw new FormatError(`${name}: images have ${channels} channels, not 1 or 3.`);
  const size = height * width * channels;
  const pixels = Float32Array.from(data.subarray(row * size, (row + 1) * size), (value) => value / 255);
  return { data: pixels, width, height, channels };
}
