// The policies that others have learned: each operation by hand, and how often it happens.
import { reference } from '@nablajs/backend-reference';
import { setBackend, setSeed, tensor } from '@nablajs/tensor';
import { beforeEach, describe, expect, it } from 'vitest';
import { AutoAugment, AutoContrast, Equalization, type Operation, TrivialAugmentWide } from '../src/index.ts';
import { published } from '../src/policy/published.ts';
import { colours, coloursOf, copies, distance, picture, rowsOf } from './picture.ts';

setBackend(reference());
beforeEach(() => setSeed(8));
const train = { training: true };
const always = (name: Operation, magnitude: number) => new AutoAugment([[[name, 1, magnitude]]]);

/** What an operation makes of a picture: the few different things, as it may go either way. */
async function outcomes<T>(draw: () => Promise<T>): Promise<T[]> {
  const seen = new Map<string, T>();
  for (let i = 0; i < 12; i++) {
    const found = await draw();
    seen.set(JSON.stringify(found), found);
  }
  return [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
}

describe('operations', () => {
  it.each([
    // By 150 / 331 of 8 columns, 3.6 pixels.
    ['TranslateX', [[1, 2, 3, 4, 5, 6, 7, 8]], [[[0, 0, 0, 0, 1, 2, 3, 4]], [[5, 6, 7, 8, 0, 0, 0, 0]]]],
    [
      'TranslateY',
      [[1], [2], [3]],
      [
        [[0], [1], [2]],
        [[2], [3], [0]],
      ],
    ],
    // 0.3 columns per row.
    [
      'ShearX',
      [
        [0, 1, 0],
        [0, 1, 0],
        [0, 1, 0],
        [0, 1, 0],
        [0, 1, 0],
      ],
      [
        [
          [0, 0, 1],
          [0, 1, 0],
          [0, 1, 0],
          [0, 1, 0],
          [1, 0, 0],
        ],
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 1, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      ],
    ],
  ] as [Operation, number[][], number[][][]][])('%s goes either way', async (name, rows, expected) => {
    expect(await outcomes(() => rowsOf(always(name, 9).apply(picture(rows), train)))).toEqual(expected);
  });

  it('Rotate turns by up to 30 degrees, and boxes follow', async () => {
    const rows = Array.from({ length: 41 }, (_, y) =>
      Array.from({ length: 41 }, (_, x) => (Math.abs(x - 35) < 2 && Math.abs(y - 20) < 2 ? 1 : 0)),
    );
    const sample = { images: picture(rows), boxes: tensor([[[34, 19, 37, 22]]]) };
    for (let i = 0; i < 4; i++) {
      const { images, boxes } = always('Rotate', 9).augment(sample);
      const bright = (await rowsOf(images)).flatMap((row, y) => row.flatMap((on, x) => (on ? [[x, y] as const] : [])));
      const mean = (axis: 0 | 1): number => bright.reduce((sum, at) => sum + at[axis], 0) / bright.length;
      const [across, down] = [mean(0) - 20, mean(1) - 20];
      expect(across).toBeCloseTo(15 * Math.cos(Math.PI / 6), 0);
      expect(Math.abs(down)).toBeCloseTo(7.5, 0);
      const [left, top, right, bottom] = Array.from(await boxes!.data()) as [number, number, number, number];
      expect([left < mean(0), mean(0) < right, top < mean(1), mean(1) < bottom]).toEqual([true, true, true, true]);
    }
  });

  // Brightness of the first colour is 124.18, of the second 29.89 + 58.7 + 11.4 = 99.99; of both 112.085.
  const x = [[200, 100, 50], [100, 100, 100]] as const; // biome-ignore format: colours
  const between = (a: number, b: number, share: number): number => Math.min(255, Math.max(0, a + (b - a) * share));
  const either = (from: (at: number) => number): number[][][] =>
    [0.1, 1.9].map((share) => x.map((colour, i) => colour.map((value) => between(from(i), value, share))));
  it.each([
    ['Brightness', 9, either(() => 0)],
    ['Color', 9, either((i) => [124.18, 99.99][i]!)],
    ['Contrast', 9, either(() => 112.085)],
    // Nine of nine takes four bits.
    [
      'Posterize',
      9,
      [
        [
          [192, 96, 48],
          [96, 96, 96],
        ],
      ],
    ],
    // The threshold of five of nine is 256 * 4 / 9 = 114.
    [
      'Solarize',
      5,
      [
        [
          [55, 100, 50],
          [100, 100, 100],
        ],
      ],
    ],
    ['Solarize', 0, [x]],
    [
      'Invert',
      0,
      [
        [
          [55, 155, 205],
          [155, 155, 155],
        ],
      ],
    ],
    // One row has no inner pixels.
    ['Sharpness', 9, [x]],
    ['Identity', 0, [x]],
  ] as [Operation, number, number[][][]][])('%s at %d changes values as by hand', async (name, magnitude, expected) => {
    const found = await outcomes(() => coloursOf(always(name, magnitude).apply(colours(...x), train)));
    expect(found.length).toBe(expected.length);
    const sum = (colour: number[][]): number => colour.flat().reduce((all, value) => all + value, 0);
    const ordered = (all: number[][][]): number[][][] => [...all].sort((a, b) => sum(a) - sum(b));
    expect(distance(ordered(found), ordered(expected))).toBeLessThan(0.02);
  });

  it.each([
    ['AutoContrast', new AutoContrast()],
    ['Equalize', new Equalization()],
  ] as const)('%s is what the layer does', async (name, layer) => {
    const image = picture([[50, 90, 90], [100, 120, 150]]); // biome-ignore format: a picture
    expect(distance(await rowsOf(always(name, 0).apply(image, train)), await rowsOf(layer.apply(image)))).toBeLessThan(
      1e-3,
    );
  });
});

describe('AutoAugment', () => {
  it('draws sub-policies alike, and their steps at their rates', async () => {
    const layer = new AutoAugment([[['Invert', 0.3, 0]], [['Posterize', 1, 9], ['Invert', 0.5, 0]]]); // biome-ignore format: a policy
    const found = Array.from(await layer.apply(copies(picture([[200]]), 4000), train).data());
    const share = (value: number): number => found.filter((one) => Math.abs(Number(one) - value) < 1).length / 4000;
    const shares = { 200: 0.35, 55: 0.15, 192: 0.25, 63: 0.25 };
    for (const [value, rate] of Object.entries(shares)) {
      expect(Math.abs(share(Number(value)) - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / 4000));
    }
    expect(await rowsOf(layer.apply(picture([[200]])))).toEqual([[200]]);
  });

  it('has the published policies', () => {
    for (const name of ['imagenet', 'cifar10', 'svhn'] as const) {
      expect(published(name).map((steps) => steps.length)).toEqual(new Array(25).fill(2));
    }
    // The first and last rows of tables 7 to 9 of the paper.
    expect(published('cifar10')[0]).toEqual([['Invert', 0.1, 0], ['Contrast', 0.2, 6]]); // biome-ignore format: a pair
    expect(published('cifar10')[24]).toEqual([['TranslateY', 0.7, 9], ['AutoContrast', 0.9, 0]]); // biome-ignore format: a pair
    expect(published('svhn')[0]).toEqual([['ShearX', 0.9, 4], ['Invert', 0.2, 0]]); // biome-ignore format: a pair
    expect(published('imagenet')[0]).toEqual([['Posterize', 0.4, 8], ['Rotate', 0.6, 9]]); // biome-ignore format: a pair
    expect(published('imagenet')[24]).toEqual([['Equalize', 0.8, 0], ['Equalize', 0.6, 0]]); // biome-ignore format: a pair
  });

  it('refuses policies that are none', () => {
    expect(() => new AutoAugment('mnist' as never)).toThrow("policy must be 'imagenet', 'cifar10', 'svhn', or a list");
    expect(() => new AutoAugment([[['Rotate', 2, 3]]])).toThrow('policy must be');
  });
});

it('TrivialAugmentWide draws one of fourteen operations and one of 31 strengths', async () => {
  const found = Array.from(await new TrivialAugmentWide().apply(copies(picture([[100]]), 4000), train).data());
  const count = (value: number): number => found.filter((one) => Math.abs(Number(one) - value) < 0.5).length;
  // 155: solarized, at 12 strengths whose threshold is at most 100. 64: six bits taken, at the last 3.
  for (const [value, bins] of [
    [155, 12],
    [64, 3],
  ] as const) {
    // biome-ignore format: pairs
    const rate = bins / 31 / 14;
    expect(Math.abs(count(value) - 4000 * rate)).toBeLessThan(4 * Math.sqrt(4000 * rate));
  }
});
