import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '@nablajs/tensor';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { blocks } from '../../src/images/blocks.ts';
import { readImage } from '../../src/images/decode.ts';
import { edgeBrightness, type Image, inverted, withChannels } from '../../src/images/image.ts';
import { toModelInput } from '../../src/images/model-input.ts';
import { resized } from '../../src/images/resize.ts';
import { temporaryFolder } from '../session.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

const grey = (width: number, height: number, values: readonly number[]): Image => ({
  data: Float32Array.from(values),
  width,
  height,
  channels: 1,
});

describe('reading', () => {
  it('gives the pixels of a PNG, transparent ones white', async () => {
    const png = new PNG({ width: 2, height: 1 });
    png.data.set([255, 0, 51, 255, 0, 0, 0, 102]);
    const path = join(folder, 'two.png');
    await writeFile(path, PNG.sync.write(png));
    const image = await readImage(path);
    expect([image.width, image.height, image.channels]).toEqual([2, 1, 3]);
    for (const [i, value] of [1, 0, 0.2, 0.6, 0.6, 0.6].entries()) expect(image.data[i]).toBeCloseTo(value, 6);
  });

  it('gives the pixels of a JPEG, whatever its name', async () => {
    const data = new Uint8Array(16 * 16 * 4).fill(200);
    const path = join(folder, 'grey.png');
    await writeFile(path, jpeg.encode({ data, width: 16, height: 16 }, 95).data);
    const image = await readImage(path);
    expect([image.width, image.height]).toEqual([16, 16]);
    for (const value of image.data) expect(value).toBeCloseTo(200 / 255, 1);
  });

  it('refuses what is no image, and images that are damaged or claim to be huge', async () => {
    const [text, cut, huge] = ['a.txt', 'cut.png', 'huge.png'].map((name) => join(folder, name));
    const whole = PNG.sync.write(new PNG({ width: 9, height: 9 }));
    await writeFile(text!, 'hello');
    await writeFile(cut!, whole.subarray(0, 40));
    const bomb = Uint8Array.from(whole);
    bomb.set([0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff], 16);
    await writeFile(huge!, bomb);
    for (const [path, message] of [
      [text!, 'is neither a PNG nor a JPEG image'],
      [cut!, 'the image is damaged'],
      [huge!, 'it declares 2147483647 x 2147483647 pixels'],
      [join(folder, 'none.png'), 'cannot be read (ENOENT)'],
    ] as const) {
      const failure = readImage(path);
      await expect(failure).rejects.toThrow(FormatError);
      await expect(failure).rejects.toThrow(message);
    }
  });
});

describe('resizing', () => {
  it('interpolates between pixel centres: 0 and 1, doubled, are 0, 1/4, 3/4, 1', () => {
    expect(Array.from(resized(grey(2, 1, [0, 1]), 4, 1).data)).toEqual([0, 0.25, 0.75, 1]);
    expect(Array.from(resized(grey(1, 2, [0, 1]), 1, 4).data)).toEqual([0, 0.25, 0.75, 1]);
  });

  it('averages what shrinks: no stroke gets lost', () => {
    const line = grey(
      8,
      8,
      Array.from({ length: 64 }, (_, i) => (i % 8 === 3 ? 1 : 0)),
    );
    const small = resized(line, 2, 2);
    const total = small.data.reduce((sum, value) => sum + value, 0);
    expect(total / 4).toBeCloseTo(1 / 8, 1);
  });

  it('keeps a constant, its bounds, and a size that is right already', () => {
    const side = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(side, side, side, side, fc.constantFrom(1, 3), (width, height, w, h, channels) => {
        const data = Float32Array.from({ length: width * height * channels }, (_, i) => ((i * 37) % 11) / 10);
        const image = { data, width, height, channels: channels as 1 | 3 };
        for (const value of resized(image, w, h).data) {
          expect(value).toBeGreaterThanOrEqual(Math.min(...data) - 1e-6);
          expect(value).toBeLessThanOrEqual(Math.max(...data) + 1e-6);
        }
        for (const value of resized({ ...image, data: data.map(() => 0.5) }, w, h).data) {
          expect(value).toBeCloseTo(0.5, 6);
        }
        expect(resized(image, width, height).data).toEqual(data);
      }),
    );
  });
});

describe('fitting an image to a model', () => {
  it('weighs colours as the eye does', () => {
    const colour: Image = {
      data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1),
      width: 4,
      height: 1,
      channels: 3,
    };
    for (const [i, value] of [0.299, 0.587, 0.114, 1].entries()) {
      expect(withChannels(colour, 1).data[i]).toBeCloseTo(value, 6);
    }
    expect(Array.from(withChannels(grey(2, 1, [0.25, 0.5]), 3).data)).toEqual([0.25, 0.25, 0.25, 0.5, 0.5, 0.5]);
  });

  it('gives the shape that the model takes', () => {
    const image = grey(4, 4, new Array(16).fill(0.5));
    expect(toModelInput(image, [2, 3, 3]).tensor.shape).toEqual([1, 2, 3, 3]);
    expect(toModelInput(image, [2, 3]).tensor.shape).toEqual([1, 2, 3]);
    expect(toModelInput(image, [9]).tensor.shape).toEqual([1, 9]);
    for (const shape of [[10], [2, 2, 4], [1, 2, 3, 4], []]) {
      expect(() => toModelInput(image, shape)).toThrow('which no grey or colour image has');
    }
  });

  it('knows a bright background', () => {
    const frame = grey(3, 3, [1, 1, 1, 1, 0, 1, 1, 1, 1]);
    expect(edgeBrightness(frame)).toBe(1);
    expect(edgeBrightness(inverted(frame))).toBe(0);
    expect(blocks(inverted(frame))).toBe('  ██');
  });
});
