import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { ConfigError, fromData, ShapeError, setBackend, setSeed, type Tensor, tensor } from '@nablajs/tensor';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AugMix,
  type Augmentation,
  AutoContrast,
  ContrastLimitedAdaptiveHistogramEqualization,
  CutMix,
  Equalization,
  MixUp,
  RandAugment,
  RandomBrightness,
  RandomColorDegeneration,
  RandomColorJitter,
  RandomContrast,
  RandomErasing,
  RandomGaussianBlur,
  RandomGrayscale,
  RandomHue,
  RandomInvert,
  RandomPosterization,
  RandomSaturation,
  RandomSharpness,
  Solarization,
} from '../src/index.ts';
import { colours, coloursOf, copies, distance, picture, rowsOf } from './picture.ts';

setBackend(reference());
beforeEach(() => setSeed(5));
const train = { training: true };

describe('brightness and contrast', () => {
  it('add a share of the range, and stay within it', async () => {
    const x = colours([0, 100, 250]);
    expect(
      distance(await coloursOf(new RandomBrightness([0.1, 0.1]).apply(x, train)), [[25.5, 125.5, 255]]),
    ).toBeLessThan(1e-4);
    const unit = new RandomBrightness([-0.5, -0.5], { valueRange: [0, 1] });
    expect(distance(await coloursOf(unit.apply(colours([0.2, 0.6, 1]), train)), [[0, 0.1, 0.5]])).toBeLessThan(1e-6);
  });

  it('move values from their mean, by a factor between the ends', async () => {
    const x = picture([[10, 20, 30]]);
    // The mean is 20: with a factor of 1.5 to 1.5 the outer values lie 15 away from it.
    expect(await rowsOf(new RandomContrast([0, 0]).apply(x, train))).toEqual([[10, 20, 30]]);
    const many = await new RandomContrast([0.5, 1]).apply(copies(x, 500), train).data();
    const factors = Array.from({ length: 500 }, (_, i) => ((many[3 * i + 2] as number) - 20) / 10);
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...factors)).toBeLessThanOrEqual(2);
    const mean = factors.reduce((sum, f) => sum + f, 0) / 500;
    expect(Math.abs(mean - 1.25)).toBeLessThan((3 * 1.5) / Math.sqrt(12 * 500));
  });
});

describe('hue and saturation', () => {
  it('turn red by a third of the circle into green or blue', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const [[r, g, b]] = (await coloursOf(new RandomHue([2 / 3, 2 / 3]).apply(colours([255, 0, 0]), train))) as [
        [number, number, number],
      ];
      seen.add([r, g, b].map((value) => Math.round(value)).join());
    }
    expect([...seen].sort()).toEqual(['0,0,255', '0,255,0']);
  });

  it('agree with the hexcone by hand', async () => {
    // (200, 100, 50): value 200, saturation 3/4, hue 20 degrees. Half the saturation gives 200, 162.5 and 125 at the same hue
    // order: 200 - 200 * 0.375 * (1 - 1/3), 200 - 75.
    const layer = new RandomSaturation([1 / 3, 1 / 3]);
    const found = await coloursOf(layer.apply(colours([200, 100, 50], [40, 40, 40], [0, 0, 0]), train));
    expect(distance(found, [[200, 150, 125], [40, 40, 40], [0, 0, 0]])).toBeLessThan(1e-2); // biome-ignore format: colours
  });

  it('keep what they should keep', async () => {
    const x = colours([200, 100, 50], [10, 250, 130], [90, 20, 220]);
    expect(distance(await coloursOf(new RandomHue([0, 0]).apply(x, train)), await coloursOf(x))).toBeLessThan(1e-3);
    expect(
      distance(await coloursOf(new RandomSaturation([0.5, 0.5]).apply(x, train)), await coloursOf(x)),
    ).toBeLessThan(1e-3);
    const grey = await coloursOf(new RandomSaturation([0, 0]).apply(x, train));
    expect(distance(grey, [[200, 200, 200], [250, 250, 250], [220, 220, 220]])).toBeLessThan(1e-3); // biome-ignore format: colours
    expect(() => new RandomHue(0.1).apply(picture([[1]]), train)).toThrow(ShapeError);
  });

  it('of jitter come in both orders', async () => {
    const layer = new RandomColorJitter({
      contrastFactor: [0.5, 0.5],
      saturationFactor: [0.2, 0.8],
      valueRange: [0, 255],
    });
    const out = await layer.apply(colours([200, 100, 50], [10, 250, 130]), train).data();
    expect(Array.from(out).every((value) => (value as number) >= 0 && (value as number) <= 255)).toBe(true);
    expect(await coloursOf(new RandomColorJitter().apply(colours([1, 2, 3]), train))).toEqual([[1, 2, 3]]);
  });
});

describe('grey', () => {
  // 0.2989 * 200 + 0.587 * 100 + 0.114 * 50
  const brightness = 124.18;
  it('is brightness, wholly or in part, always or with a probability', async () => {
    const x = colours([200, 100, 50]);
    const half = [(200 + brightness) / 2, (100 + brightness) / 2, (50 + brightness) / 2];
    expect(distance(await coloursOf(new RandomColorDegeneration([0.5, 0.5]).apply(x, train)), half)).toBeLessThan(1e-3);
    expect(
      distance(await coloursOf(new RandomGrayscale(1).apply(x, train)), [brightness, brightness, brightness]),
    ).toBeLessThan(1e-3);
    const many = await new RandomGrayscale(0.25).apply(copies(x, 800), train).data();
    const grey = Array.from({ length: 800 }, (_, i) => many[3 * i] !== 200).filter(Boolean).length;
    // Three deviations of 800 coins with probability 1/4.
    expect(Math.abs(grey - 200)).toBeLessThan(37);
  });
});

describe('levels', () => {
  it('are turned around, cut, and stretched', async () => {
    const x = picture([[0, 59, 62, 200, 255]]);
    expect(await rowsOf(new RandomInvert([1, 1]).apply(x, train))).toEqual([[255, 196, 193, 55, 0]]);
    // The example of Keras' own documentation: 59, 62 and 63 become 196, 193 and 192.
    expect(await rowsOf(new Solarization().apply(x, train))).toEqual([[255, 196, 193, 55, 0]]);
    expect(await rowsOf(new Solarization({ thresholdFactor: [0.5, 0.5] }).apply(x, train))).toEqual([
      [0, 59, 62, 55, 0],
    ]);
    expect(distance(await rowsOf(new RandomPosterization(2).apply(x, train)), [[0, 0, 0, 192, 192]])).toBeLessThan(
      1e-3,
    );
    const stretched = await rowsOf(new AutoContrast().apply(picture([[50, 100, 150]])));
    expect(distance(stretched, [[0, 127.5, 255]])).toBeLessThan(1e-3);
    expect(await rowsOf(new AutoContrast().apply(picture([[7, 7]])))).toEqual([[7, 7]]);
  });

  it('are equalized as in the textbook', async () => {
    // The 8 x 8 example of Wikipedia's "Histogram equalization": 52 becomes 0, 154 becomes 255, 78 becomes 182.
    const rows = [
      [52, 55, 61, 59, 79, 61, 76, 61],
      [62, 59, 55, 104, 94, 85, 59, 71],
      [63, 65, 66, 113, 144, 104, 63, 72],
      [64, 70, 70, 126, 154, 109, 71, 69],
      [67, 73, 68, 106, 122, 88, 68, 68],
      [68, 79, 60, 70, 77, 66, 58, 75],
      [69, 85, 64, 58, 55, 61, 65, 83],
      [70, 87, 69, 68, 65, 73, 78, 90],
    ];
    const found = await rowsOf(new Equalization().apply(picture(rows)));
    const at = (value: number): number => found.flat()[rows.flat().indexOf(value)]!;
    for (const [value, expected] of [
      [52, 0],
      [55, 12],
      [60, 36],
      [65, 85],
      [70, 146],
      [78, 182],
      [94, 219],
      [154, 255],
    ] as const) {
      // biome-ignore format: pairs
      expect(Math.abs(at(value) - expected)).toBeLessThanOrEqual(1);
    }
    expect(await rowsOf(new Equalization().apply(picture([[9, 9]])))).toEqual([[9, 9]]);
  });

  it('adapt to their surroundings, within limits', async () => {
    const ramp = picture(Array.from({ length: 32 }, () => Array.from({ length: 32 }, (_, x) => 100 + x)));
    const spread = async (layer: Augmentation): Promise<number> => {
      const flat = (await rowsOf(layer.apply(ramp))).flat();
      return Math.max(...flat) - Math.min(...flat);
    };
    const strong = await spread(new ContrastLimitedAdaptiveHistogramEqualization({ clipLimit: 40, tileGridSize: 1 }));
    const weak = await spread(new ContrastLimitedAdaptiveHistogramEqualization({ clipLimit: 1.5, tileGridSize: 1 }));
    // One tile and hardly a limit is plain equalization: the whole range; a low limit stays near the 31 levels there are.
    expect(strong).toBeGreaterThan(200);
    expect(weak).toBeLessThan(strong / 2);
    expect(weak).toBeGreaterThan(31);
  });
});

describe('sharpness and blur', () => {
  const spot = picture([[0, 0, 0], [0, 13, 0], [0, 0, 0]]); // biome-ignore format: a picture
  it('smooth the inner pixels by the kernel, or go the other way', async () => {
    const middle = async (factor: number): Promise<number> =>
      (await rowsOf(new RandomSharpness([factor, factor]).apply(spot, train)))[1]![1]!;
    expect(await middle(0)).toBeCloseTo(5, 4);
    expect(await middle(0.5)).toBeCloseTo(13, 4);
    expect(await middle(1)).toBeCloseTo(21, 4);
  });

  it('spread by a Gaussian', async () => {
    const e = Math.exp(-1 / 2);
    const total = 1 + 2 * e;
    const rows = await rowsOf(new RandomGaussianBlur().apply(spot, train));
    expect(rows[1]![1]).toBeCloseTo(13 / total ** 2, 4);
    expect(rows[0]![0]).toBeCloseTo((13 * e * e) / total ** 2, 4);
    const flat = picture([[4, 4], [4, 4]]); // biome-ignore format: a picture
    expect(
      distance(
        await rowsOf(new RandomGaussianBlur({ kernelSize: 7, sigma: 3 }).apply(flat, train)),
        await rowsOf(flat),
      ),
    ).toBeLessThan(1e-4);
  });
});

describe('erasing', () => {
  it('hides a rectangle whose area lies between the ends', async () => {
    const blank = copies(picture(Array.from({ length: 40 }, () => new Array(40).fill(1))), 60);
    const out = await new RandomErasing({ scale: [0.1, 0.2], fillValue: 0 }).apply(blank, train).data();
    for (let i = 0; i < 60; i++) {
      const hidden = out.slice(i * 1600, (i + 1) * 1600).filter((value) => value === 0).length / 1600;
      expect(hidden).toBeGreaterThan(0.08);
      expect(hidden).toBeLessThan(0.23);
    }
  });

  it('leaves images alone with probability 0, and fills with noise by default', async () => {
    const x = picture([[1, 2], [3, 4]]); // biome-ignore format: a picture
    expect(await rowsOf(new RandomErasing({ factor: [0, 0] }).apply(x, train))).toEqual(await rowsOf(x));
    const blank = picture(Array.from({ length: 20 }, () => new Array(20).fill(-1)));
    const noise = (await rowsOf(new RandomErasing({ scale: [0.3, 0.3] }).apply(blank, train)))
      .flat()
      .filter((v) => v >= 0);
    expect(new Set(noise).size).toBeGreaterThan(50);
  });
});

describe('mixing', () => {
  /** Four images, each filled with its own number, and one-hot labels. */
  const images = fromData(
    Float32Array.from({ length: 4 * 64 }, (_, i) => Math.floor(i / 64)),
    [4, 8, 8, 1],
  );
  const labels = tensor([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]); // biome-ignore format: a matrix

  it.each([
    ['MixUp', new MixUp({ alpha: 1 })],
    ['CutMix', new CutMix()],
  ] as [string, Augmentation][])('%s gives labels in the proportion of what is seen', async (_, layer) => {
    const mixed = layer.augment({ images, labels });
    const shares = (await mixed.labels!.array()) as number[][];
    const means = (await mixed.images.mean([1, 2, 3]).array()) as number[];
    for (const [i, share] of shares.entries()) {
      expect(share.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      // The mean of numbers weighted by their labels is the mean of what is seen.
      expect(share.reduce((sum, value, k) => sum + value * k, 0)).toBeCloseTo(means[i]!, 4);
    }
  });

  it('leaves labels that are numbers, and boxes, to others', () => {
    expect(() => new MixUp().augment({ images, labels: tensor([0, 1, 2, 3]) })).toThrow(/oneHot\(labels, classes\)/);
    expect(() => new CutMix().augment({ images, boxes: tensor([[[0, 0, 1, 1]]]).broadcastTo([4, 1, 4]) })).toThrow(
      ConfigError,
    );
  });

  it('draws proportions of the beta distribution', async () => {
    const { randomBeta } = await import('../src/mix/beta.ts');
    for (const alpha of [0.2, 1, 3]) {
      const values = Array.from((await randomBeta([4000], alpha, alpha).data()) as Float32Array);
      const mean = values.reduce((sum, v) => sum + v, 0) / 4000;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 4000;
      // Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1)).
      const expected = 1 / (4 * (2 * alpha + 1));
      expect(Math.abs(mean - 0.5)).toBeLessThan(3.5 * Math.sqrt(expected / 4000));
      expect(Math.abs(variance - expected)).toBeLessThan(0.08 * expected);
    }
  });
});

describe('policies', () => {
  beforeAll(async () => setBackend(await cpu()));
  afterAll(() => setBackend(reference()));
  const photo = (): Tensor =>
    fromData(
      Float32Array.from({ length: 6 * 12 * 12 * 3 }, (_, i) => (i * 37) % 256),
      [6, 12, 12, 3],
    );
  it.each([
    ['RandAugment', new RandAugment({ factor: 0.4 })],
    ['AugMix', new AugMix()],
    ['AugMix of few', new AugMix({ allOps: false, numChains: 2, chainDepth: 1 })],
  ] as [string, Augmentation][])('%s changes images within their range', async (_, layer) => {
    const x = photo();
    const [before, after] = [await x.data(), await layer.apply(x, train).data()];
    expect(after.length).toBe(before.length);
    expect(after.every((value) => (value as number) >= -1e-3 && (value as number) <= 255.001)).toBe(true);
    expect(after.some((value, i) => Math.abs((value as number) - (before[i] as number)) > 1)).toBe(true);
    expect(await layer.apply(x).data()).toEqual(before);
  });
});
