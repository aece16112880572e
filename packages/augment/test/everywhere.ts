// One seed, one outcome: what a backend makes of an augmentation, beside the reference.
import { reference } from '@nablajs/backend-reference';
import { type Backend, compile, fromData, setBackend, setSeed, type Tensor, tensor } from '@nablajs/tensor';
import { Augmentation, builtinAugmentations, type ImageSamples } from '../src/index.ts';
import { CONFIGS, photo, SIZES } from './configs.ts';

/**
 * Values reach from 0 to 255, where float32 counts in steps of 1.5e-5. Arithmetic may differ by some of these; a decision that
 * was taken otherwise, on an image, a pixel or an order, differs by thousands of times as much.
 */
export const TOLERANCE = 1e-3;

/** What belongs to the four photos: parts that mix, or parts that move. */
function belongings(type: string): Omit<ImageSamples, 'images'> {
  if (type === 'MixUp' || type === 'CutMix') return { labels: tensor([[1, 0], [0, 1], [1, 0], [0.5, 0.5]]) }; // biome-ignore format: rows
  const boxes = tensor([[[0, 1, 4, 5], [2, 2, 7, 8]]]).broadcastTo([4, 2, 4]); // biome-ignore format: boxes
  const points = tensor([[[0.5, 1.25], [7, 3], [-1, 2]]]).broadcastTo([4, 3, 2]); // biome-ignore format: points
  const masks = fromData(
    Int32Array.from({ length: 4 * 8 * 8 }, (_, i) => (i * 5) % 7),
    [4, 8, 8, 1],
  );
  return { boxes, points, masks };
}

/** All parts that come out of an augmentation in training, from seed 9. */
async function outcome(type: string, backend: Backend): Promise<Readonly<Record<string, ArrayLike<number>>>> {
  setBackend(backend);
  setSeed(9);
  const layer = new builtinAugmentations[type]!(CONFIGS[type] as never);
  const change = (images: Tensor): Record<string, Tensor> => {
    if (!(layer instanceof Augmentation)) return { images: layer.apply(images, { training: true }) as Tensor };
    const parts = layer.augment({ images, ...belongings(type) });
    return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
  };
  // What changes sizes stands before compiled steps.
  const parts = SIZES.includes(type) ? change(photo()) : await compile(change)(photo());
  const entries = Object.entries(parts).map(async ([name, part]) => [name, await part.data()] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, ArrayLike<number>>;
}

const expected = new Map<string, Promise<Readonly<Record<string, ArrayLike<number>>>>>();

/** Where a backend differs from the reference, one line for each part. */
export async function differences(type: string, backend: Backend, tolerance: number = TOLERANCE): Promise<string[]> {
  const truth = await (expected.get(type) ?? outcome(type, reference()));
  expected.set(type, Promise.resolve(truth));
  const found = await outcome(type, backend);
  return Object.entries(truth).flatMap(([part, values]) => {
    const others = found[part] ?? [];
    const apart = Array.from(values, (value, i) => Math.abs(value - others[i]!));
    const odd = apart.filter((distance) => !(distance <= tolerance));
    if (others.length === values.length && odd.length === 0) return [];
    return [
      `${part}: ${odd.length} of ${values.length} values (${others.length} found) differ, by up to ${Math.max(...odd)}`,
    ];
  });
}
