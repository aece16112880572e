// Options that many augmentations share.
import { choice, type Field, real } from '@nablajs/layers/options';

/** Two ends; a value is drawn between them for each image. */
export type FactorRange = readonly [low: number, high: number];

/** A range, or one number: see each option for what it stands for. */
export type Factor = number | FactorRange;

/**
 * An option that is a range, or a number.
 * @param of the range that a number stands for
 */
export function range(
  must: string,
  of: (value: number) => FactorRange,
  accepts: (range: FactorRange) => boolean,
  fallback?: FactorRange,
): Field<FactorRange> {
  return {
    must,
    fallback,
    read: (value) => {
      const ends = typeof value === 'number' ? of(value) : value;
      if (!Array.isArray(ends) || ends.length !== 2 || !ends.every(Number.isFinite)) return undefined;
      const [low, high] = ends as [number, number];
      return low <= high && accepts([low, high]) ? [low, high] : undefined;
    },
  };
}

/** A range within 0 to 1; a number stands for 0 to itself. */
export function share(fallback?: FactorRange): Field<FactorRange> {
  const within = ([low, high]: FactorRange): boolean => low >= 0 && high <= 1;
  return range('a number from 0 to 1, or two, [low, high]', (value) => [0, value], within, fallback);
}

/** A probability, or a range of which it is drawn; a number stands for itself. */
export function probability(fallback?: FactorRange): Field<FactorRange> {
  const within = ([low, high]: FactorRange): boolean => low >= 0 && high <= 1;
  return range('a number from 0 to 1, or two, [low, high]', (value) => [value, value], within, fallback);
}

/** A range within -1 to 1; a number stands for minus to plus itself. */
export function swing(fallback?: FactorRange): Field<FactorRange> {
  const within = ([low, high]: FactorRange): boolean => low >= -1 && high <= 1;
  const around = (value: number): FactorRange => [-Math.abs(value), Math.abs(value)];
  return range('a number from 0 to 1, or two from -1 to 1, [low, high]', around, within, fallback);
}

/** The values images have: `[0, 255]` by default, `[0, 1]` after scaling. */
export const valueRange: Field<FactorRange> = range(
  'two numbers, [darkest, brightest]',
  () => [Number.NaN, Number.NaN],
  ([low, high]) => low < high,
  [0, 255],
);

/** How values between pixels are found. */
export type PixelInterpolation = 'nearest' | 'bilinear';
/** The option `interpolation`, `'bilinear'` by default. */
export const interpolation: Field<PixelInterpolation> = choice<PixelInterpolation>(['nearest', 'bilinear'], 'bilinear');

/** What lies outside of an image: `reflect` `(d c b a | a b c d | d c b a)`, `constant`, `wrap`, or `nearest`. */
export type FillMode = 'reflect' | 'constant' | 'wrap' | 'nearest';
/** The option `fillMode`. */
export function fillMode(fallback: FillMode): Field<FillMode> {
  return choice<FillMode>(['reflect', 'constant', 'wrap', 'nearest'], fallback);
}

/** The constant of `fillMode: 'constant'`. */
export const fillValue: Field<number> = real(0);
