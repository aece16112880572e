// One operation for each image, by number, with a strength of its own: what learned policies are made of. Each operation is
// computed once for the batch, and all geometry in one reading of the images.
import { gather, type Tensor } from '@nablajs/tensor';
import { type ImageChange, inTurn } from '../base/augmentation.ts';
import { blend } from '../base/blend.ts';
import { overImage, sign } from '../base/draw.ts';
import type { FactorRange } from '../base/options.ts';
import { stretched } from '../color/levels.ts';
import { clipped, grey, inUnits } from '../color/values.ts';
import { smoothed } from '../filter/sharpness.ts';
import { mapped } from '../geometry/geometric.ts';
import { around, compose, type Entry } from '../geometry/matrix.ts';
import type { Reading } from '../geometry/sample.ts';
import { equalized } from '../histogram/equalization.ts';
import { list } from './table.ts';

/** The operations of AutoAugment (Cubuk et al., 2018), by their names there. */
export const OPERATIONS = [
  'ShearX',
  'ShearY',
  'TranslateX',
  'TranslateY',
  'Rotate',
  'Brightness',
  'Color',
  'Contrast',
  'Sharpness',
  'Posterize',
  'Solarize',
  'AutoContrast',
  'Equalize',
  'Invert',
  'Identity',
] as const;

/** The name of an operation. */
export type Operation = (typeof OPERATIONS)[number];

/** Those that go either way, at random. */
const TWO_SIDED: readonly Operation[] = OPERATIONS.slice(0, 9);

/** How far operations go at most. */
export interface Reach {
  /** Shift per pixel. */
  readonly shear: number;
  /** Pixels, by height and width of the images. */
  readonly shift: (size: number) => number;
  /** Degrees. */
  readonly turn: number;
  /** How far brightness, colour, contrast and sharpness leave 1. */
  readonly blend: number;
  /** How many of the eight bits posterizing takes. */
  readonly bits: number;
}

/** The amount of an operation, in its own unit, at a share of its reach: what {@link perImage} takes. */
export function amountOf(name: Operation, share: number, reach: Reach, height: number, width: number): number {
  switch (name) {
    case 'ShearX':
    case 'ShearY':
      return share * reach.shear;
    case 'TranslateX':
      return share * reach.shift(width);
    case 'TranslateY':
      return share * reach.shift(height);
    case 'Rotate':
      return (share * reach.turn * Math.PI) / 180;
    case 'Posterize':
      return 2 ** Math.round(share * reach.bits);
    case 'Solarize':
      // At the weakest, white stays as it is too.
      return (256 / 255) * (1 - share);
    default:
      return share * reach.blend;
  }
}

/** How values are read and where they lie. */
export interface Setting {
  readonly reading: Reading;
  readonly valueRange: FactorRange;
}

/**
 * The operation `names[which]` for each image, `which [batch]` int32, any other number for none.
 * @param amounts for each image, `[batch]`, of {@link amountOf}; about half of those that go either way turn negative
 */
export function perImage(
  images: Tensor,
  names: readonly Operation[],
  which: Tensor,
  amounts: Tensor,
  { reading, valueRange }: Setting,
): ImageChange {
  const [, height, width] = images.shape as [number, number, number, number];
  const used = OPERATIONS.filter((name) => names.includes(name));
  // Names come several times in a list: the operation's own number says which it is.
  const number = gather(
    list(
      names.map((name) => used.indexOf(name)),
      'int32',
    ),
    which.clip(0, names.length - 1),
  );
  const operation = which.less(0).logicalOr(which.greaterEqual(names.length)).where(-1, number);
  const is = (name: Operation): Tensor => operation.equal(used.indexOf(name));
  const either = list(used.map((name) => (TWO_SIDED.includes(name) ? 1 : 0)));
  const isTwoSided = gather(either, operation.maximum(0)).greater(0);
  const amount = amounts.mul(isTwoSided.where(sign(images), 1));

  const by = (name: Operation): Entry => (used.includes(name) ? is(name).where(amount, 0) : 0);
  const [cos, sin] = turnBy(by('Rotate'));
  const [right, down] = [by('TranslateX'), by('TranslateY')].map(negative) as [Entry, Entry];
  const shear = [1, by('ShearX'), 0, by('ShearY'), 1, 0, 0, 0, 1] as const;
  const turn = [cos, negative(sin), 0, sin, cos, 0, 0, 0, 1] as const;
  const moves = used.some((name) => OPERATIONS.indexOf(name) < 5);
  const centred = around(compose(shear, turn), (width - 1) / 2, (height - 1) / 2);
  const geometry = mapped(compose([1, 0, right, 0, 1, down, 0, 0, 1], centred), reading, height, width);

  const strength = overImage(amount);
  const colours = used.flatMap((name) => {
    const change = COLOURS[name];
    return change ? [[overImage(is(name)), change] as const] : [];
  });
  const painted = (unit: Tensor): Tensor =>
    colours.reduce((result, [chosen, change]) => chosen.where(change(unit, strength), result), unit);
  const colour: ImageChange = { images: (x) => inUnits(x, valueRange, painted) };
  if (!moves) return colour;
  return colours.length === 0 ? geometry : inTurn([geometry, colour]);
}

/** Of values from 0 to 1, by amount `[batch, 1, 1, 1]`. */
type ColourChange = (x: Tensor, amount: Tensor) => Tensor;

const UNIT: FactorRange = [0, 1];

/** Towards what lacks something, for negative amounts, and as far away from it for positive ones. */
function awayFrom(lacking: (x: Tensor) => Tensor): ColourChange {
  return (x, amount) => clipped(blend(lacking(x), x, amount.add(1)), UNIT);
}

const COLOURS: Readonly<Partial<Record<Operation, ColourChange>>> = {
  Brightness: (x, amount) => clipped(x.mul(amount.add(1)), UNIT),
  Color: awayFrom(grey),
  Contrast: awayFrom((x) => grey(x).mean([1, 2, 3], { keepDims: true })),
  Sharpness: awayFrom(smoothed),
  Posterize: (x, amount) => {
    // Images that go through another operation have no step.
    const step = amount.maximum(1);
    return x
      .mul(255)
      .add(1e-3)
      .div(step)
      .floor()
      .mul(step)
      .mul(1 / 255);
  },
  Solarize: (x, threshold) => x.less(threshold).where(x, x.neg().add(1)),
  AutoContrast: stretched,
  Equalize: (x) => equalized(x, 256),
  Invert: (x) => x.neg().add(1),
};

function turnBy(angle: Entry): readonly [cos: Entry, sin: Entry] {
  return typeof angle === 'number' ? [Math.cos(angle), Math.sin(angle)] : [angle.cos(), angle.sin()];
}

function negative(entry: Entry): Entry {
  return typeof entry === 'number' ? (entry === 0 ? 0 : -entry) : entry.neg();
}
