// Policies of other augmentations: how often, and on what belongs to the images.
import { reference } from '@nablajs/backend-reference';
import { arange, setBackend, setSeed, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, expect, it } from 'vitest';
import {
  Augmentation,
  type ImageChange,
  RandomApply,
  RandomChannelPermutation,
  RandomChoice,
  RandomCrop,
  type RandomFlip,
  RandomOrder,
} from '../src/index.ts';

/** Adds a number to images and labels. */
class Plus extends Augmentation<{ readonly term: number }> {
  static override readonly type: string = 'test/Plus';
  protected override draw(): ImageChange {
    const plus = (x: Tensor): Tensor => x.add(this.config.term);
    return { images: plus, labels: plus };
  }
}

/** Multiplies images and labels by a number. */
class Times extends Augmentation<{ readonly factor: number }> {
  static override readonly type: string = 'test/Times';
  protected override draw(): ImageChange {
    const times = (x: Tensor): Tensor => x.mul(this.config.factor);
    return { images: times, labels: times };
  }
}

const images = (count: number): Tensor =>
  arange(1, count + 1)
    .cast('float32')
    .reshape([count, 1, 1, 1]);

beforeAll(() => setBackend(reference()));

/** By how much each image was multiplied; labels must agree. */
async function factors(layer: Augmentation, count: number): Promise<number[]> {
  const x = images(count);
  const changed = layer.augment({ images: x, labels: x.reshape([count, 1]) });
  const found = [...(await changed.images.div(x).data())];
  expect([...(await changed.labels!.reshape([count, 1, 1, 1]).div(x).data())]).toEqual(found);
  return found;
}

it('RandomApply: all of them at the rate that was asked for, or none', async () => {
  setSeed(5);
  const found = await factors(
    new RandomApply([new Times({ factor: 2 }), new Times({ factor: 3 })], { rate: 0.2 }),
    2000,
  );
  expect(new Set(found)).toEqual(new Set([1, 6]));
  // Four standard deviations of a share of 0.2 among 2,000.
  expect(Math.abs(found.filter((factor) => factor === 6).length / 2000 - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / 2000));
});

it('RandomApply: always at rate 1, never at rate 0 and otherwise than in training', async () => {
  const twice = [new Times({ factor: 2 })];
  expect(await factors(new RandomApply(twice, { rate: 1 }), 5)).toEqual([2, 2, 2, 2, 2]);
  expect(await factors(new RandomApply(twice, { rate: 0 }), 5)).toEqual([1, 1, 1, 1, 1]);
  const resting = new RandomApply(twice, { rate: 1 }).apply(images(2));
  expect([...(await resting.data())]).toEqual([1, 2]);
});

it('RandomChoice: exactly one for each image, all equally often', async () => {
  setSeed(6);
  const found = await factors(new RandomChoice([2, 3, 5].map((factor) => new Times({ factor }))), 3000);
  expect(new Set(found)).toEqual(new Set([2, 3, 5]));
  for (const factor of [2, 3, 5]) {
    const share = found.filter((value) => value === factor).length / 3000;
    expect(Math.abs(share - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / 3000));
  }
});

/** How often each text occurs; all must occur about equally often, within four deviations. */
function expectEven(found: readonly string[], kinds: number): void {
  const counts = new Map<string, number>();
  for (const one of found) counts.set(one, (counts.get(one) ?? 0) + 1);
  expect(counts.size).toBe(kinds);
  const [share, total] = [1 / kinds, found.length];
  for (const count of counts.values()) {
    expect(Math.abs(count - total * share)).toBeLessThan(4 * Math.sqrt(total * share * (1 - share)));
  }
}

it('RandomOrder: all of them, in all orders alike, for images and labels', async () => {
  setSeed(7);
  const layer = new RandomOrder([new Times({ factor: 2 }), new Times({ factor: 3 }), new Plus({ term: 1 })]);
  const x = images(3000).mul(0);
  const changed = layer.augment({ images: x, labels: x.reshape([3000, 1]) });
  const values = [...(await changed.images.data())];
  expect([...(await changed.labels!.data())]).toEqual(values);
  // From 0, what is added first, second or last becomes 6, 2 or 3, or 1: each by two of the six orders, or one.
  const shares = { 6: 1 / 3, 2: 1 / 6, 3: 1 / 6, 1: 1 / 3 };
  for (const [value, share] of Object.entries(shares)) {
    const found = values.filter((one) => one === Number(value)).length / 3000;
    expect(Math.abs(found - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 3000));
  }
});

it('RandomChannelPermutation: all orders of three channels alike', async () => {
  setSeed(3);
  const x = tensor([[[[1, 2, 3]]]]).broadcastTo([1800, 1, 1, 3]);
  const rows = (await new RandomChannelPermutation()
    .apply(x, { training: true })
    .reshape([1800, 3])
    .array()) as number[][];
  expectEven(
    rows.map((row) => row.join()),
    6,
  );
});

it('say what they cannot do', () => {
  const x = tensor([[[[1]], [[2]]]]);
  expect(() => new RandomApply([new RandomCrop(1, 1)]).apply(x, { training: true })).toThrow(
    'some images would become [1, 1, 1], others stay [2, 1, 1]. Put what changes sizes before or behind it.',
  );
  expect(() => new RandomChoice([])).toThrow('RandomChoice: layers is empty.');
  expect(() => new RandomChoice({ layers: [1 as unknown as RandomFlip] })).toThrow('must be a list of augmentations');
});
