import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormatError } from '@nablajs/tensor';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageFolder } from '../../src/node.ts';

describe('imageFolder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pictures-'));
    const paint = async (file: string, background: string, width = 6): Promise<void> => {
      await mkdir(join(folder, file, '..'), { recursive: true });
      await sharp({ create: { width, height: 4, channels: 3, background } })
        .png()
        .toFile(join(folder, file));
    };
    await paint('red/1.png', '#ff0000');
    await paint('red/2.png', '#800000');
    await paint('blue/1.png', '#0000ff', 40);
    await writeFile(join(folder, 'red/notes.txt'), 'no picture');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('labels pictures by their folders and decodes them when needed', async () => {
    const { dataset, classes, files } = await imageFolder(folder, { size: [2, 3], scale: 1 });
    expect(classes).toEqual(['blue', 'red']);
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual(['blue/1.png', 'red/1.png', 'red/2.png']);
    for await (const { x, y } of dataset.batch(3)) {
      expect(x.shape).toEqual([3, 2, 3, 3]);
      const pixels = (await x.array()) as number[][][][];
      expect(pixels[0]![1]![2]).toEqual([0, 0, 1]);
      expect(pixels[1]![0]![0]).toEqual([1, 0, 0]);
      expect(pixels[2]![0]![0]![0]).toBeCloseTo(128 / 255, 5);
      expect(await y.array()).toEqual([0, 1, 1]);
    }
  });

  it('follows the order of classes, crops, and makes brightness of colours', async () => {
    const { dataset, classes } = await imageFolder(folder, {
      size: [4, 4],
      channels: 1,
      fit: 'crop',
      classes: ['red'],
    });
    expect(classes).toEqual(['red']);
    for await (const { x, y } of dataset.take(1).batch(1)) {
      expect(x.shape).toEqual([1, 4, 4, 1]);
      expect(await y.array()).toEqual([0]);
    }
  });

  it('gives the same samples in the same order however many are decoded at a time', async () => {
    const values = async (workers: number | undefined): Promise<number[][]> => {
      const { dataset } = await imageFolder(folder, { size: [2, 3], ...(workers !== undefined && { workers }) });
      const found: number[][] = [];
      for await (const { x, y } of dataset.shuffle({ seed: 2 }).batch(2).prefetch(1)) {
        found.push([...(await x.data())] as number[], [...(await y.data())] as number[]);
      }
      return found;
    };
    const all = await values(undefined);
    for (const workers of [0, 1, 2]) expect(await values(workers)).toEqual(all);
    await expect(imageFolder(folder, { size: [2, 2], workers: -1 })).rejects.toThrow('workers must be a whole number');
  });

  it('explains itself', async () => {
    await expect(imageFolder(folder, { size: [2, 2], classes: ['green'] })).rejects.toThrow(/'green' has no pictures/);
    await expect(imageFolder(folder, { size: [0, 2] })).rejects.toThrow(/size must be/);
    await expect(imageFolder(join(folder, 'none'), { size: [2, 2] })).rejects.toThrow(FormatError);
    await writeFile(join(folder, 'blue/broken.png'), 'not a picture');
    const { dataset } = await imageFolder(folder, { size: [2, 2] });
    await expect(
      (async () => {
        for await (const _ of dataset.batch(9));
      })(),
    ).rejects.toThrow(/broken\.png: the picture cannot be read/);
  });
});
