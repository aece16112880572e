// Options that say something for each spatial axis.
import type { Field } from '../base/options.ts';

/** Cells before and after, along one axis. */
export type Sides = readonly [before: number, after: number];

/** Cells at the sides: one number for all, one per axis for both sides, or `[before, after]` per axis. */
export type Margins = number | readonly (number | Sides)[];

const isCells = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isSides = (value: unknown): value is Sides => Array.isArray(value) && value.length === 2 && value.every(isCells);

/** Whole numbers of at least 0: one for all of `rank` axes, or a list of `rank`. The normal form is the list. */
export function cellsPerAxis(rank: number): Field<readonly number[]> {
  return {
    must: rank === 1 ? 'a whole number of at least 0' : `a whole number of at least 0, or a list of ${rank}`,
    fallback: undefined,
    read: (value) => {
      if (isCells(value)) return new Array<number>(rank).fill(value);
      return Array.isArray(value) && value.length === rank && value.every(isCells) ? [...value] : undefined;
    },
  };
}

/** The option for {@link Margins}. The normal form is a list of `[before, after]`, one per axis. */
export function margins(rank: number, fallback: number): Field<readonly Sides[]> {
  const even = (cells: number): Sides => [cells, cells];
  return {
    must:
      rank === 1
        ? 'a number of cells, or [before, after]'
        : `a number of cells, or a list of ${rank}: numbers, or [before, after]`,
    fallback: new Array<Sides>(rank).fill(even(fallback)),
    read: (value) => {
      if (isCells(value)) return new Array<Sides>(rank).fill(even(value));
      if (rank === 1 && isSides(value)) return [[...value]];
      if (!Array.isArray(value) || value.length !== rank) return undefined;
      return value.every((item) => isCells(item) || isSides(item))
        ? value.map((item: number | Sides) => (isCells(item) ? even(item) : item))
        : undefined;
    },
  };
}
