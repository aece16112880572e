// When two arrays count as equal.
import type { HostArray } from '@nablajs/tensor';

/** How far a float may lie from the truth: `relative * (|truth| + floor * max |truth|)`. */
export interface Tolerance {
  readonly relative: number;
  /** Share of the largest true value below which errors are absolute. Sums need one, single functions hardly. */
  readonly floor: number;
  /** What counts as the largest true value at least: the size of terms that may cancel. Default 0. */
  readonly least?: number;
}

/** Integers and booleans: no distance at all. */
export const EXACT: Tolerance = { relative: 0, floor: 0 };

/**
 * Throws unless `actual` is `expected` within a tolerance. NaN equals NaN, infinities their own sign, -0 equals 0; what
 * float32 cannot hold is infinite in it.
 */
export function expectClose(
  what: string,
  actual: HostArray,
  expected: ArrayLike<number>,
  { relative, floor, least = 0 }: Tolerance,
): void {
  if (actual.length !== expected.length) {
    throw new Error(`${what}: ${actual.length} elements, expected ${expected.length}`);
  }
  const round = actual instanceof Float32Array ? Math.fround : (x: number): number => x;
  let largest = least;
  for (let i = 0; i < expected.length; i++) {
    const size = Math.abs(expected[i]!);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  const off: number[] = [];
  for (let i = 0; i < expected.length; i++) {
    const truth = expected[i]!;
    const found = actual[i]!;
    if (Object.is(found, truth) || found === round(truth)) continue;
    const allowed = relative * (Math.abs(truth) + floor * largest);
    if (!(Math.abs(found - truth) <= allowed) || !Number.isFinite(truth)) off.push(i);
  }
  if (off.length === 0) return;
  const shown = off
    .slice(0, 4)
    .map((i) => `[${i}] is ${actual[i]}, expected ${expected[i]} (off by ${Math.abs(actual[i]! - expected[i]!)})`);
  throw new Error(
    `${what}: ${off.length} of ${expected.length} elements differ, relative tolerance ${relative}: ${shown.join('; ')}`,
  );
}
