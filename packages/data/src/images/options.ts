import { ConfigError, type Tensor } from '@nablajs/tensor';
import type { Dataset } from '../dataset/dataset.ts';

/** Options of `imageFolder` and `imageFiles`. */
export interface ImageSetOptions {
  /** `[height, width]` every picture is scaled to. */
  readonly size: readonly [number, number];
  /** 1: brightness, 3: red, green, blue. Default 3. */
  readonly channels?: 1 | 3;
  /** What the brightest value, 255, becomes. Default 255, for a `Rescaling` layer; 1 for values from 0 to 1. */
  readonly scale?: number;
  /** `stretch` (default) changes proportions; `crop` cuts the longer side, keeping the middle. */
  readonly fit?: 'stretch' | 'crop';
  /**
   * How many pictures are decoded at a time; 0 and 1: one after the other. Default: all of a batch. The order of samples does
   * not depend on it. In Node, `sharp` decodes on threads of its own, four unless the environment says otherwise
   * (`UV_THREADPOOL_SIZE`), so that more take memory, not less time; in pages the browser has such threads.
   */
  readonly workers?: number;
  /** Names of the folders to use, in the order of their labels. Default: all, sorted. */
  readonly classes?: readonly string[];
}

/** Labelled pictures that are decoded as they are needed. */
export interface ImageSet {
  /** `x` float32 `[batch, height, width, channels]`, `y` int32 `[batch]`. */
  readonly dataset: Dataset<Tensor, Tensor>;
  /** Names of the classes; label `i` is `classes[i]`. */
  readonly classes: readonly string[];
  /** The files in the order of the samples. */
  readonly files: readonly string[];
}

/** The options with their defaults. Throws ConfigError for sizes and channels that are none. */
export function checkedOptions(
  caller: string,
  { size, channels = 3, scale = 255, fit = 'stretch', workers = Number.POSITIVE_INFINITY }: ImageSetOptions,
): Required<Omit<ImageSetOptions, 'classes'>> {
  if (!Array.isArray(size) || size.length !== 2 || !size.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new ConfigError(`${caller}: size must be [height, width] in whole pixels, got ${JSON.stringify(size)}.`);
  }
  if (channels !== 1 && channels !== 3) throw new ConfigError(`${caller}: channels must be 1 or 3, got ${channels}.`);
  if (!(workers >= 0 && (Number.isInteger(workers) || workers === Number.POSITIVE_INFINITY))) {
    throw new ConfigError(`${caller}: workers must be a whole number of at least 0, got ${workers}.`);
  }
  return { size, channels, scale, fit, workers: Math.max(1, workers) };
}

/** A picture, and the class it belongs to by the folder it lies in. */
export interface FoundImage {
  readonly file: string;
  readonly folder: string;
}

/** Files by class: which class each belongs to, in the order of `classes`. */
export function labelled(
  caller: string,
  found: readonly FoundImage[],
  wanted: readonly string[] | undefined,
): { readonly files: readonly string[]; readonly labels: Int32Array; readonly classes: readonly string[] } {
  const present = [...new Set(found.map(({ folder }) => folder))].sort();
  const classes = wanted ?? present;
  const empty = classes.find((name) => !present.includes(name));
  if (empty !== undefined || classes.length === 0) {
    throw new ConfigError(
      `${caller}: ${empty === undefined ? 'there are no pictures' : `class '${empty}' has no pictures`}. ` +
        'Put the pictures of each class into a folder of its own, named after the class.',
    );
  }
  const kept = found
    .filter(({ folder }) => classes.includes(folder))
    .sort((a, b) => classes.indexOf(a.folder) - classes.indexOf(b.folder) || (a.file < b.file ? -1 : 1));
  return {
    files: kept.map(({ file }) => file),
    labels: Int32Array.from(kept, ({ folder }) => classes.indexOf(folder)),
    classes,
  };
}
