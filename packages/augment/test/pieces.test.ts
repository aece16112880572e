// Pieces of images, and batches of other sizes.
import { reference } from '@nablajs/backend-reference';
import { GlobalAveragePooling1D, GlobalAveragePooling2D, TimeDistributed } from '@nablajs/layers';
import { ConfigError, compile, fromData, setBackend, setSeed, type Tensor, tensor } from '@nablajs/tensor';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  FiveCrop,
  RandomHeight,
  RandomIoUCrop,
  RandomResize,
  RandomShortestSize,
  RandomWidth,
  SanitizeBoundingBoxes,
  ScaleJitter,
  TenCrop,
} from '../src/index.ts';
import { copies, picture } from './picture.ts';

setBackend(reference());
beforeEach(() => setSeed(4));
const train = { training: true };

describe('five and ten pieces', () => {
  const numbered = picture([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]]); // biome-ignore format: a picture
  const five = [[1, 2, 5, 6], [3, 4, 7, 8], [9, 10, 13, 14], [11, 12, 15, 16], [6, 7, 10, 11]]; // biome-ignore format: pieces
  const pieces = async (x: Tensor): Promise<number[][]> => (await x.reshape([x.shape[1]!, 4]).array()) as number[][];

  it('are the corners and the middle, then those of the flipped image', async () => {
    expect(await pieces(new FiveCrop(2, 2).apply(numbered))).toEqual(five);
    const flipped = [[4, 3, 8, 7], [2, 1, 6, 5], [12, 11, 16, 15], [10, 9, 14, 13], [7, 6, 11, 10]]; // biome-ignore format: pieces
    expect(await pieces(new TenCrop(2, 2).apply(numbered))).toEqual([...five, ...flipped]);
    const upset = await pieces(new TenCrop(2, 2, { verticalFlip: true }).apply(numbered));
    expect(upset[5]).toEqual([13, 14, 9, 10]);
    expect(() => new FiveCrop(5, 2).apply(numbered)).toThrow('at least 5 x 2 pixels');
  });

  it('give one prediction per image by the mean over them', async () => {
    const [each, mean] = [new TimeDistributed(new GlobalAveragePooling2D()), new GlobalAveragePooling1D()];
    const out = mean.apply(each.apply(new FiveCrop(2, 2).apply(numbered)));
    // All five means of a ramp average to its middle.
    expect(await out.array()).toEqual([[8.5]]);
  });
});

describe('pieces around objects', () => {
  const [HEIGHT, WIDTH] = [24, 32];
  /** Channels hold the column and the row of each pixel, which tells where a piece was cut. */
  const places = fromData(
    Float32Array.from({ length: HEIGHT * WIDTH * 2 }, (_, i) =>
      i % 2 === 0 ? (i / 2) % WIDTH : Math.floor((i - 1) / 2 / WIDTH),
    ),
    [1, HEIGHT, WIDTH, 2],
  );
  const objects = [[2, 3, 10, 12], [20, 8, 30, 20], [0, 0, 0, 0]] as const; // biome-ignore format: boxes
  const drawn = async (layer: RandomIoUCrop, count: number) => {
    const boxes = tensor([objects.map((box) => [...box])]).broadcastTo([count, 3, 4]);
    const changed = layer.augment({ images: copies(places, count), boxes });
    const [values, found] = [await changed.images.data(), (await changed.boxes!.array()) as number[][][]];
    return found.map((boxes, i) => {
      const at = (x: number, y: number, channel: number): number =>
        Number(values[((i * HEIGHT + y) * WIDTH + x) * 2 + channel]);
      const along = (from: number, to: number): [scale: number, start: number] => {
        const scale = (to - from) / 6;
        return [scale, from + 0.5 - 6.5 * scale];
      };
      const [[scaleX, left], [scaleY, top]] = [along(at(6, 9, 0), at(12, 9, 0)), along(at(9, 6, 1), at(9, 12, 1))];
      return { boxes, left, top, scaleX, scaleY, width: scaleX * WIDTH, height: scaleY * HEIGHT };
    });
  };

  it('hold the middle of a box, overlap far enough, and take boxes along', async () => {
    const pieces = await drawn(new RandomIoUCrop({ minOverlaps: [0.3] }), 40);
    const cut = pieces.filter(({ scaleX, scaleY }) => scaleX < 0.99 || scaleY < 0.99);
    expect(cut.length).toBeGreaterThan(30);
    for (const { boxes, left, top, scaleX, scaleY, width, height } of cut) {
      for (const share of [scaleX, scaleY]) expect(share > 0.3 - 1 / 24 && share < 1.001).toBe(true);
      expect(width / height > 0.499 && width / height < 2.001).toBe(true);
      const overlaps = objects.map(([x0, y0, x1, y1], i) => {
        const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
        const isInside = x > left && x < left + width && y > top && y < top + height;
        const common =
          Math.max(0, Math.min(x1, left + width) - Math.max(x0, left)) *
          Math.max(0, Math.min(y1, top + height) - Math.max(y0, top));
        const expected = [(x0 - left) / scaleX, (y0 - top) / scaleY, (x1 - left) / scaleX, (y1 - top) / scaleY];
        const kept = expected.map((edge, at) => Math.min(at % 2 === 0 ? WIDTH : HEIGHT, Math.max(0, edge)));
        for (const [at, edge] of boxes[i]!.entries()) expect(edge).toBeCloseTo(isInside ? kept[at]! : -1, 2);
        return isInside ? common / ((x1 - x0) * (y1 - y0) + width * height - common) : 0;
      });
      expect(Math.max(...overlaps)).toBeGreaterThan(0.3 - 1e-3);
    }
  });

  it('stay whole where none is asked for or will do', async () => {
    const layers = [
      new RandomIoUCrop({ minOverlaps: [1] }),
      new RandomIoUCrop({ minOverlaps: [0.9], maxScale: 0.3, trials: 3 }),
    ];
    for (const layer of layers) {
      for (const { boxes, scaleX, left } of await drawn(layer, 4)) {
        expect([scaleX, left]).toEqual([1, 0]);
        expect(boxes.slice(0, 2)).toEqual(objects.slice(0, 2));
      }
    }
    expect(() => new RandomIoUCrop({ minScale: 0.8, maxScale: 0.5 })).toThrow(ConfigError);
  });

  it('boxes of which too little is left are marked, in their places', async () => {
    const boxes = tensor([[[0, 0, 3, 9], [5, 5, 5, 9], [2, 2, 8, 8], [9, 9, 2, 2]]]); // biome-ignore format: boxes
    const { boxes: kept } = new SanitizeBoundingBoxes({ minSize: 3, minArea: 30 }).augment({ images: places, boxes });
    expect(await kept!.array()).toEqual([[[-1, -1, -1, -1], [-1, -1, -1, -1], [2, 2, 8, 8], [-1, -1, -1, -1]]]); // biome-ignore format: boxes
  });
});

describe('sizes of batches', () => {
  const batch = picture(Array.from({ length: 20 }, () => new Array(40).fill(1)));
  const sizes = (layer: RandomWidth | RandomHeight | RandomResize | RandomShortestSize | ScaleJitter): number[][] =>
    Array.from({ length: 300 }, () => [...layer.apply(batch, train).shape.slice(1, 3)]);
  const ends = (values: readonly number[]): number[] => [Math.min(...values), Math.max(...values)];

  it('are drawn within their ranges, evenly', () => {
    const widths = sizes(new RandomWidth([0.2, 0.3])).map(([height, width]) => [height, width! / 40]);
    expect(new Set(widths.map(([height]) => height))).toEqual(new Set([20]));
    const shares = widths.map(([, share]) => share!);
    expect(ends(shares)).toEqual([1.2, 1.275]);
    expect(ends(sizes(new RandomHeight(0.5)).map(([height]) => height!))).toEqual([10, 29]);
    const resized = sizes(new RandomResize(5, 7));
    expect(new Set(resized.map((size) => size.join()))).toEqual(new Set(['5,10', '6,12', '7,14']));
    const shortest = sizes(new RandomShortestSize([10, 30], { maxSize: 50 }));
    expect(new Set(shortest.map((size) => size.join()))).toEqual(new Set(['10,20', '25,50']));
    const factors = sizes(new ScaleJitter([40, 40])).map(([, width]) => width! / 40);
    expect(factors.every((factor) => factor >= 0.1 && factor <= 2)).toBe(true);
    const mean = factors.reduce((sum, factor) => sum + factor, 0) / 300;
    expect(Math.abs(mean - 1.05)).toBeLessThan((4 * 1.9) / Math.sqrt(12 * 300) + 1 / 40);
  });

  it('follow the seed, take boxes and masks along, and stay at inference', async () => {
    const once = (): number[] => {
      setSeed(3);
      return Array.from({ length: 5 }, () => new RandomWidth(0.5).apply(batch, train).shape[2]!);
    };
    expect(once()).toEqual(once());
    const sample = { images: batch, boxes: tensor([[[4, 2, 8, 10]]]), masks: batch.cast('int32') };
    const { images, boxes, masks } = new RandomWidth([0.5, 0.5]).augment(sample);
    expect([images.shape, masks!.shape]).toEqual([[1, 20, 60, 1], [1, 20, 60, 1]]); // biome-ignore format: shapes
    expect(await boxes!.array()).toEqual([[[6, 2, 12, 10]]]);
    expect(new RandomWidth(0.5).apply(batch).shape).toEqual(batch.shape);
  });

  it('are not those of a compiled step', async () => {
    const step = compile((x: Tensor) => new RandomWidth(0.5).apply(x, train));
    await expect(step(batch)).rejects.toThrow('a compiled step has one size of images');
  });
});
