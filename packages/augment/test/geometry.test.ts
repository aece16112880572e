import { reference } from '@nablajs/backend-reference';
import { ConfigError, fromData, ShapeError, setBackend, setSeed, tensor } from '@nablajs/tensor';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Augmentation,
  ClampKeyPoints,
  MaxNumBoundingBoxes,
  Pipeline,
  RandomChoice,
  RandomCrop,
  RandomElasticTransform,
  RandomFlip,
  RandomPerspective,
  RandomRotation,
  RandomShear,
  RandomTranslation,
  RandomZoom,
  SanitizeKeyPoints,
} from '../src/index.ts';
import { copies, distance, picture, rowsOf } from './picture.ts';

setBackend(reference());
beforeEach(() => setSeed(11));

const numbered = picture([
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [9, 10, 11, 12],
  [13, 14, 15, 16],
]);
const train = { training: true };

/** An image of zeros with one bright pixel, and the box around it. */
function marked(size: number, x: number, y: number) {
  const image = fromData(
    Float32Array.from({ length: size * size }, (_, i) => (i === y * size + x ? 100 : 0)),
    [1, size, size, 1],
  );
  return { images: image, boxes: tensor([[[x, y, x + 1, y + 1]]]) };
}

describe('turning', () => {
  it('by a quarter counter-clockwise puts the last column on top', async () => {
    const turned = new RandomRotation([0.25, 0.25]).apply(numbered, train);
    const expected = [
      [4, 8, 12, 16],
      [3, 7, 11, 15],
      [2, 6, 10, 14],
      [1, 5, 9, 13],
    ];
    expect(distance(await rowsOf(turned), expected)).toBeLessThan(1e-4);
  });

  it('by nothing changes nothing, and inference never does', async () => {
    expect(await rowsOf(new RandomRotation([0, 0]).apply(numbered, train))).toEqual(await rowsOf(numbered));
    expect(await rowsOf(new RandomRotation(0.3).apply(numbered))).toEqual(await rowsOf(numbered));
  });

  it('draws angles evenly between the ends', async () => {
    // Brightness right of the centre: where its middle has gone tells the angle.
    const { images } = marked(21, 18, 10);
    const layer = new RandomRotation([0, 0.25], { fillMode: 'constant' });
    const many = (await layer.apply(copies(images, 60), train).array()) as number[][][][];
    const angles = many.map((image) => {
      const weigh = (f: (x: number, y: number) => number): number =>
        image.reduce((sum, row, y) => sum + row.reduce((all, [value], x) => all + value! * f(x, y), 0), 0);
      return Math.atan2(
        weigh((_, y) => 10 - y),
        weigh((x) => x - 10),
      );
    });
    const mean = angles.reduce((sum, angle) => sum + angle, 0) / angles.length;
    expect(Math.min(...angles)).toBeGreaterThan(-0.05);
    expect(Math.max(...angles)).toBeLessThan(Math.PI / 2 + 0.05);
    // A quarter turn's spread, of 60 draws, lies within three deviations of its mean.
    expect(Math.abs(mean - Math.PI / 4)).toBeLessThan((3 * (Math.PI / 2)) / Math.sqrt(12 * 60));
  });
});

describe('shifting', () => {
  const shift = (fillMode: 'reflect' | 'constant' | 'wrap' | 'nearest', fillValue = 0) =>
    rowsOf(new RandomTranslation([0, 0], [0.5, 0.5], { fillMode, fillValue }).apply(picture([[1, 2, 3, 4]]), train));

  it('fills what comes in as each mode says', async () => {
    expect(await shift('constant', 9)).toEqual([[9, 9, 1, 2]]);
    expect(await shift('nearest')).toEqual([[1, 1, 1, 2]]);
    expect(await shift('wrap')).toEqual([[3, 4, 1, 2]]);
    expect(await shift('reflect')).toEqual([[2, 1, 1, 2]]);
  });

  it('interpolates between pixels', async () => {
    const half = new RandomTranslation([0, 0], [0.125, 0.125], { fillMode: 'nearest' });
    expect(await rowsOf(half.apply(picture([[0, 10, 20, 30]]), train))).toEqual([[0, 5, 15, 25]]);
  });

  it('goes down and right for positive shares', async () => {
    const layer = new RandomTranslation([0.25, 0.25], [0.5, 0.5], { fillMode: 'constant' });
    const { images, boxes } = layer.augment(marked(4, 0, 1));
    expect((await rowsOf(images))[2]).toEqual([0, 0, 100, 0]);
    expect(await boxes!.array()).toEqual([[[2, 2, 3, 3]]]);
  });
});

describe('zooming', () => {
  it('in shows the middle twice as large', async () => {
    const zoomed = await rowsOf(
      new RandomZoom([-0.5, -0.5], { interpolation: 'nearest' } as never).apply(numbered, train),
    );
    expect(zoomed[0]).toEqual([6, 6, 7, 7]);
    expect(zoomed[3]).toEqual([10, 10, 11, 11]);
  });

  it('out makes everything smaller, with a border', async () => {
    const layer = new RandomZoom([1, 1], [1, 1], { fillMode: 'constant', interpolation: 'nearest' });
    const zoomed = await rowsOf(layer.apply(copies(numbered, 1), train));
    expect(zoomed[0]).toEqual([0, 0, 0, 0]);
    expect(zoomed.flat().filter((value) => value > 0).length).toBe(4);
  });
});

describe('shearing', () => {
  it('moves rows by their distance from the middle, to either side', async () => {
    const column = picture([[0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0]]); // biome-ignore format: a picture
    const layer = new RandomShear({ xFactor: [1, 1], fillMode: 'constant' });
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const rows = await rowsOf(layer.apply(column, train));
      seen.add(rows.map((row) => row.indexOf(1)).join());
    }
    expect([...seen].sort()).toEqual(['1,2,3', '3,2,1']);
  });
});

describe('flipping', () => {
  it('turns half of the images around', async () => {
    const many = (await new RandomFlip('horizontal')
      .apply(copies(picture([[1, 2]]), 400), train)
      .data()) as Float32Array;
    const flipped = Array.from({ length: 400 }, (_, i) => many[2 * i] === 2).filter(Boolean).length;
    // Three standard deviations of 400 coins.
    expect(Math.abs(flipped - 200)).toBeLessThan(30);
  });

  it('takes boxes and masks along', async () => {
    setSeed(1);
    const layer = new RandomFlip();
    for (let i = 0; i < 8; i++) {
      const sample = marked(6, 1, 2);
      const { images, boxes, masks } = layer.augment({ ...sample, masks: sample.images.cast('int32') });
      const rows = await rowsOf(images);
      const y = rows.findIndex((row) => row.includes(100));
      const x = rows[y]!.indexOf(100);
      expect(await boxes!.array()).toEqual([[[x, y, x + 1, y + 1]]]);
      expect(await rowsOf(masks!)).toEqual(rows);
    }
  });
});

describe('boxes', () => {
  it.each([
    ['rotation', new RandomRotation([0.25, 0.25])],
    ['shear', new RandomShear({ xFactor: [0.25, 0.25] })],
    ['zoom', new RandomZoom([0.4, 0.4])],
    ['perspective', new RandomPerspective({ scale: 0.5 })],
    ['translation', new RandomTranslation(0.2, 0.2)],
  ] as [string, Augmentation][])('follow %s: the bright pixel stays inside', async (_, layer) => {
    for (let i = 0; i < 5; i++) {
      const { images, boxes } = layer.augment(marked(33, 18, 14));
      const rows = await rowsOf(images);
      const [left, top, right, bottom] = Array.from(await boxes!.data()) as [number, number, number, number];
      const bright = rows.flatMap((row, y) => row.flatMap((value, x) => (value > 25 ? [[x, y] as const] : [])));
      for (const [x, y] of bright) {
        expect(x + 0.5).toBeGreaterThan(left - 1);
        expect(x + 0.5).toBeLessThan(right + 1);
        expect(y + 0.5).toBeGreaterThan(top - 1);
        expect(y + 0.5).toBeLessThan(bottom + 1);
      }
    }
  });

  it('come in equal numbers', async () => {
    const boxes = tensor([[[0, 0, 1, 1], [1, 1, 2, 2]]]); // biome-ignore format: boxes
    const limited = (n: number) => new MaxNumBoundingBoxes(n).augment({ images: numbered, boxes }).boxes!.array();
    expect(await limited(1)).toEqual([[[0, 0, 1, 1]]]);
    expect(await limited(3)).toEqual([[[0, 0, 1, 1], [1, 1, 2, 2], [-1, -1, -1, -1]]]); // biome-ignore format: boxes
  });
});

describe('points', () => {
  it.each([
    ['flip', new RandomFlip()],
    ['rotation', new RandomRotation([0.25, 0.25])],
    ['shear', new RandomShear({ xFactor: [0.25, 0.25] })],
    ['zoom', new RandomZoom([0.4, 0.4])],
    ['perspective', new RandomPerspective({ scale: 0.5 })],
    ['translation', new RandomTranslation(0.2, 0.2)],
    ['crop', new RandomCrop(20, 24)],
    ['a choice', new RandomChoice([new RandomRotation(0.1), new RandomTranslation(0.2, 0.2)])],
  ] as [string, Augmentation][])('follow %s: they lie where the bright spot has gone', async (_, layer) => {
    const rows = Array.from({ length: 33 }, (_, y) =>
      Array.from({ length: 33 }, (_, x) => 100 * Math.exp(-((x - 17) ** 2 + (y - 15) ** 2) / 4)),
    );
    for (let i = 0; i < 4; i++) {
      const { images, points } = layer.augment({ images: picture(rows), points: tensor([[[17.5, 15.5]]]) });
      const found = await rowsOf(images);
      const [x, y] = Array.from(await points!.data()) as [number, number];
      const least = Math.min(...found.flat());
      const total = found.flat().reduce((sum, value) => sum + value - least, 0);
      const mean = (at: (x: number, y: number) => number): number =>
        found.reduce((all, row, y) => row.reduce((sum, value, x) => sum + (value - least) * at(x, y), all), 0) / total;
      expect(Math.abs(mean((column) => column + 0.5) - x)).toBeLessThan(0.35);
      expect(Math.abs(mean((_, row) => row + 0.5) - y)).toBeLessThan(0.35);
    }
  });

  it('outside of the image are moved to its border, or marked', async () => {
    const points = tensor([[[-1, 2], [3, 9], [4, 4], [1, 1]]]); // biome-ignore format: points
    const after = (layer: Augmentation) => layer.augment({ images: numbered, points }).points!.array();
    expect(await after(new ClampKeyPoints())).toEqual([[[0, 2], [3, 4], [4, 4], [1, 1]]]); // biome-ignore format: points
    expect(await after(new SanitizeKeyPoints())).toEqual([[[-1, -1], [-1, -1], [4, 4], [1, 1]]]); // biome-ignore format: points
    expect(() => new RandomFlip().augment({ images: numbered, points: tensor([[[1, 2, 3]]]) })).toThrow(
      'points must be [batch, points, 2] for 1 images',
    );
  });
});

describe('perspective', () => {
  it('leaves images alone with probability 0, and takes corners from inside', async () => {
    expect(await rowsOf(new RandomPerspective({ factor: [0, 0] }).apply(numbered, train))).toEqual(
      await rowsOf(numbered),
    );
    const flat = copies(picture(Array.from({ length: 9 }, () => new Array(9).fill(7))), 20);
    const shown = (await new RandomPerspective({ scale: 0.9 }).apply(flat, train).data()) as Float32Array;
    // Whatever part of a uniform image is shown, it is uniform: no corner lies outside.
    expect(Math.max(...shown)).toBeCloseTo(7, 4);
    expect(Math.min(...shown)).toBeCloseTo(7, 4);
  });
});

describe('cropping', () => {
  it('cuts a piece that was there, everywhere alike', async () => {
    const pieces = await new RandomCrop(2, 2).apply(copies(numbered, 300), train).data();
    const starts = Array.from({ length: 300 }, (_, i) => pieces[4 * i] as number);
    for (let i = 0; i < 300; i++) {
      const first = starts[i]!;
      expect([...pieces.slice(4 * i, 4 * i + 4)]).toEqual([first, first + 1, first + 4, first + 5]);
    }
    expect(new Set(starts)).toEqual(new Set([1, 2, 3, 5, 6, 7, 9, 10, 11]));
  });

  it('takes the middle at inference', async () => {
    const wide = picture([[1, 2, 3, 4], [5, 6, 7, 8]]); // biome-ignore format: a picture
    expect(await rowsOf(new RandomCrop(2, 2).apply(wide))).toEqual([
      [2, 3],
      [6, 7],
    ]);
  });
});

describe('bending', () => {
  it('moves pixels a little, and keeps uniform images', async () => {
    const flat = picture(Array.from({ length: 16 }, () => new Array(16).fill(5)));
    expect(distance(await rowsOf(new RandomElasticTransform().apply(flat, train)), await rowsOf(flat))).toBeLessThan(
      1e-4,
    );
    const ramp = picture(Array.from({ length: 16 }, () => Array.from({ length: 16 }, (_, x) => x)));
    const bent = await rowsOf(new RandomElasticTransform({ scale: [1, 1] }).apply(ramp, train));
    const moved = distance(bent, await rowsOf(ramp));
    expect(moved).toBeGreaterThan(0.2);
    // Shifts have a deviation of an eightieth of the side: none of 256 is six times as long.
    expect(moved).toBeLessThan(6 * 0.2);
  });
});

describe('a pipeline', () => {
  it('draws each step for what the one before made', async () => {
    const layer = new Pipeline([new RandomCrop(2, 3), new RandomFlip('vertical')]);
    const { images, boxes } = layer.augment(marked(5, 2, 2));
    expect(images.shape).toEqual([1, 2, 3, 1]);
    expect(boxes!.shape).toEqual([1, 1, 4]);
    expect(layer.apply(numbered.squeeze([0])).shape).toEqual([2, 3, 1]);
  });
});

describe('wrong calls', () => {
  it.each([
    [() => new RandomRotation(2), ConfigError, /RandomRotation: factor must be a number from 0 to 1/],
    [() => new RandomFlip('diagonal' as never), ConfigError, /mode must be 'horizontal', 'vertical' or/],
    [() => new RandomZoom([-2, 0]), ConfigError, /heightFactor must be a number above -1/],
    [
      () => new RandomFlip().apply(tensor([1, 2]), train),
      ShapeError,
      /expects images \[batch, height, width, channels\]/,
    ],
    [
      () => new RandomFlip().augment({ images: numbered, boxes: tensor([[1, 2, 3, 4]]) }),
      ShapeError,
      /boxes must be \[batch, boxes, 4\] for 1 images/,
    ],
  ] as [() => unknown, typeof ConfigError, RegExp][])('%s', (call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});
