// Pictures as training data: a folder with one folder of PNG and JPEG files for each class.
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { column, Dataset } from '@nablajs/data';
import { ConfigError, FormatError, RandomStream, type Shape, type Tensor } from '@nablajs/tensor';
import { readImage } from '../images/decode.ts';
import { toModelInput } from '../images/model-input.ts';
import type { Part, TrainingData } from './training-data.ts';

/** The file beside a model that names its classes. */
const CLASSES_FILE = 'classes.json';

/** Which pictures are to be learnt. */
export interface PicturesRequest {
  readonly path: string;
  /** Height and width of what the model sees. */
  readonly size: number;
  /** Share of each class kept for testing, unless the folder has parts of its own. */
  readonly testShare: number;
  /** Which pictures those are. */
  readonly seed: number;
}

interface Picture {
  readonly path: string;
  readonly label: number;
}

/** Whether a path names a folder, which then is one of pictures. */
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/**
 * Reads all pictures of a folder, as colours at one size. A share of each class is for testing; a folder that holds
 * folders `train` and `test` of classes has decided itself.
 * @param tell is told how many pictures there are before they are read
 * @throws ConfigError when there are fewer than two classes, or too few pictures; FormatError naming a file that is none
 */
export async function loadPictures(
  { path, size, testShare, seed }: PicturesRequest,
  tell: (count: number) => void,
): Promise<TrainingData> {
  const isParted = ['train', 'test'].every((part) => isFolder(join(path, part)));
  const classes = await classFolders(isParted ? join(path, 'train') : path);
  if (classes.length < 2) {
    throw new ConfigError(
      `${path}: holds ${classes.length === 1 ? `one folder of pictures, ${classes[0]}` : 'no folders of pictures'}. ` +
        'Put the PNG and JPEG files of each class into a folder of its own, named after the class.',
    );
  }
  const [train, test] = isParted
    ? [await picturesIn(join(path, 'train'), classes), await picturesIn(join(path, 'test'), classes)]
    : parted(path, await picturesIn(path, classes), testShare, seed);
  if (test.length === 0) throw new ConfigError(`${path}: its folder test has no pictures of ${classes.join(', ')}.`);
  tell(train.length + test.length);
  const shape = [size, size, 3];
  return {
    name: basename(resolve(path)),
    noun: 'images',
    inputShape: shape,
    goal: { kind: 'class', classes },
    train: await partOf(train, shape),
    test: await partOf(test, shape),
    companions: { [CLASSES_FILE]: `${JSON.stringify(classes, null, 2)}\n` },
  };
}

/** All pictures of a folder, as a model that was trained on such sees them. */
export async function picturesForModel(
  model: string,
  inputShape: Shape,
  path: string,
): Promise<Pick<TrainingData, 'goal' | 'noun' | 'test'>> {
  const classes = await classesBeside(model);
  if (classes === undefined) {
    throw new ConfigError(
      `${model}: there is no ${CLASSES_FILE} beside the model, which names its classes in order. ` +
        'nabla train writes it with a model that it trains on pictures; keep both files together.',
    );
  }
  const pictures = await picturesIn(path, classes);
  if (pictures.length === 0) throw new ConfigError(`${path}: has no pictures in folders named ${classes.join(', ')}.`);
  return { goal: { kind: 'class', classes }, noun: 'images', test: await partOf(pictures, inputShape) };
}

/** The names of a model's classes, where it was trained on pictures. */
export async function classesBeside(model: string): Promise<readonly string[] | undefined> {
  const path = join(dirname(model), CLASSES_FILE);
  if (!existsSync(path)) return undefined;
  const names: unknown = await readFile(path, 'utf8')
    .then(JSON.parse, () => null)
    .catch(() => null);
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new FormatError(`${path}: is damaged: it is no list of names.`);
}

/** Folders with pictures in them, by name. */
async function classFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const counts = await Promise.all(names.map(async (name) => (await filesIn(join(folder, name))).length));
  return names.filter((_, i) => counts[i]! > 0).sort();
}

async function picturesIn(folder: string, classes: readonly string[]): Promise<Picture[]> {
  const lists = await Promise.all(
    classes.map(async (name, label) => {
      const files = isFolder(join(folder, name)) ? await filesIn(join(folder, name)) : [];
      return files.map((file) => ({ path: join(folder, name, file), label }));
    }),
  );
  return lists.flat();
}

async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((file) => /\.(png|jpe?g)$/i.test(file) && !file.startsWith('.')).sort();
}

/** A share of every class, drawn at random, is kept for testing: at least one picture, and never all. */
function parted(path: string, pictures: readonly Picture[], share: number, seed: number): [Picture[], Picture[]] {
  const stream = new RandomStream(seed);
  const [train, test]: [Picture[], Picture[]] = [[], []];
  for (let label = 0; label <= pictures.at(-1)!.label; label++) {
    const group = pictures.filter((picture) => picture.label === label);
    if (group.length < 2)
      throw new ConfigError(`${path}: ${dirname(group[0]!.path)} has one picture; two are the least.`);
    const held = Math.min(group.length - 1, Math.max(1, Math.round(group.length * share)));
    const order = Array.from(stream.permutation(group.length), (place) => group[place]!);
    test.push(...order.slice(0, held));
    train.push(...order.slice(held));
  }
  return [train, test];
}

/** Bytes take a quarter of the room of numbers. */
async function partOf(pictures: readonly Picture[], shape: Shape): Promise<Part> {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const pixels = new Uint8Array(pictures.length * size);
  for (const [i, { path }] of pictures.entries()) {
    const { image } = toModelInput(await readImage(path), shape);
    pixels.set(
      image.data.map((value) => Math.round(255 * value)),
      i * size,
    );
  }
  const labels = Int32Array.from(pictures, ({ label }) => label);
  const samples: Dataset<Tensor, Tensor> = Dataset.from({
    x: column(pixels, [pictures.length, ...shape], { scale: 1 / 255 }),
    y: labels,
  });
  return { count: pictures.length, truth: labels, samples };
}
