// The same for files on a disk.
import { dirname, join, resolve, sep } from 'node:path';
import { fileBytes } from '@nablajs/data/node';
import type { Model } from '@nablajs/model';
import { FormatError } from '@nablajs/tensor';
import { readKeras, readKerasText, type TextModel } from './keras/read.ts';
import type { ReadOptions } from './keras/topology.ts';
import { readTfjs } from './tfjs/read.ts';

/** Reads a model that Keras saved, `.keras`, `.h5` or `.hdf5`; see `readKeras`. Throws FormatError naming the file. */
export async function loadKeras(path: string, options: ReadOptions = {}): Promise<Model> {
  return readKeras(await fileBytes(path, 'loadKeras'), options, path);
}

/** The same for a model that begins with layers of text; see `readKerasText`. */
export async function loadKerasText(path: string, options: ReadOptions = {}): Promise<TextModel> {
  return readKerasText(await fileBytes(path, 'loadKerasText'), options, path);
}

/**
 * Reads a layers model of TensorFlow.js from its `model.json`; see `readTfjs`. Nothing outside of its folder is read.
 * @throws FormatError naming the file that cannot be read or is no such model
 */
export async function loadTfjs(path: string, options: ReadOptions = {}): Promise<Model> {
  const folder = resolve(dirname(path));
  const text = new TextDecoder().decode(await fileBytes(path, 'loadTfjs'));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`${path}: is no JSON (${(cause as Error).message}).`, { cause });
  }
  const fetchWeights = (file: string): Promise<Uint8Array> => {
    const target = resolve(folder, file);
    if (!target.startsWith(folder + sep)) {
      throw new FormatError(`${path}: names weights in '${file}', outside of its folder. They are not read.`);
    }
    return fileBytes(join(folder, file), 'loadTfjs');
  };
  return readTfjs(json, fetchWeights, options, path);
}
