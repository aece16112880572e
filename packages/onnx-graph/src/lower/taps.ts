// Windows taken apart: for each tap of a window, the cells that lie under it at all places, as one strided slice.
import { sizeOf } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import type { Ref } from './writer.ts';

/** How windows lie on the spatial axes, one entry per axis. */
export interface Windows {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
}

/** The taps of a window in row-major order: `[0, 0], [0, 1], ...`. */
export function tapsOf(window: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(window) }, (_, flat) => {
    const tap = new Array<number>(window.length);
    let rest = flat;
    for (let axis = window.length - 1; axis >= 0; axis--) {
      tap[axis] = rest % window[axis]!;
      rest = Math.floor(rest / window[axis]!);
    }
    return tap;
  });
}

/** Places of the window along each axis. */
export function placesOf(cells: readonly number[], { window, strides, dilations, padding }: Windows): number[] {
  return cells.map((size, axis) => {
    const [before, after] = padding[axis]!;
    const extent = (window[axis]! - 1) * dilations[axis]! + 1;
    return Math.floor((size + before + after - extent) / strides[axis]!) + 1;
  });
}

/** Places thinned out: of every `of` places along an axis the one that comes `at`. */
export interface Phase {
  readonly of: readonly number[];
  readonly at: readonly number[];
}

/** One slice of `x` per tap, row-major. `axes` are the spatial axes in `x`; cells of the padding are `value`. */
export function tapSlices(
  e: Emitter,
  x: Ref,
  axes: readonly number[],
  windows: Windows,
  value: number,
  phase: Phase = { of: axes.map(() => 1), at: axes.map(() => 0) },
): Ref[] {
  const { window, strides, dilations, padding } = windows;
  const places = placesOf(
    axes.map((axis) => x.shape[axis]!),
    windows,
  );
  const around = (side: 0 | 1): number[] =>
    x.shape.map((_, axis) => (axes.includes(axis) ? padding[axes.indexOf(axis)]![side] : 0));
  const padded = e.pad(x, around(0), around(1), value);
  return tapsOf(window).map((tap) =>
    e.slice(
      padded,
      axes,
      tap.map((t, axis) => t * dilations[axis]! + phase.at[axis]! * strides[axis]!),
      places.map((count, axis) => count / phase.of[axis]!),
      strides.map((stride, axis) => stride * phase.of[axis]!),
    ),
  );
}

/**
 * The transpose of {@link tapSlices} without dilation: what lies in each tap's tensor is added to the cells it was taken
 * from. Along one axis after the other; taps whose cells never meet are interleaved, not added.
 */
export function gatherTaps(
  e: Emitter,
  taps: readonly Ref[],
  axes: readonly number[],
  cells: readonly number[],
  { window, strides, padding }: Windows,
): Ref {
  let parts = taps;
  // The innermost axis first: neighbours in the list are neighbours along it.
  for (let depth = window.length - 1; depth >= 0; depth--) {
    const size = window[depth]!;
    const rows: Ref[] = [];
    for (let first = 0; first < parts.length; first += size) {
      rows.push(
        alongAxis(e, parts.slice(first, first + size), axes[depth]!, strides[depth]!, cells[depth]!, padding[depth]!),
      );
    }
    parts = rows;
  }
  return parts[0]!;
}

/** Cells along one axis from the taps over it: tap `t` at place `p` belongs to cell `p * stride + t - before`. */
function alongAxis(
  e: Emitter,
  taps: readonly Ref[],
  axis: number,
  stride: number,
  cells: number,
  [before]: readonly [number, number],
): Ref {
  const places = taps[0]!.shape[axis]!;
  const shifts = Math.ceil(taps.length / stride);
  // Cells in groups of `stride`: group g gets from place g - q the taps q * stride + r.
  const groups = places + shifts - 1;
  const onAxis = (x: Ref, cellsOnAxis: number): number[] => x.shape.map((_, i) => (i === axis ? cellsOnAxis : 0));
  const lanes = Array.from({ length: stride }, (_, r) => {
    const sums = taps
      .filter((_, t) => t % stride === r)
      .map((tap, q) => e.pad(tap, onAxis(tap, q), onAxis(tap, groups - places - q), 0));
    return sums.length === 0 ? null : sums.reduce((sum, part) => e.binary('Add', sum, part));
  });
  const like = taps[0]!;
  const shape = like.shape.map((size, i) => (i === axis ? groups : size));
  const zeros = (): Ref => e.fill(like.type, shape, 0);
  const split = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
  const together = e.concat(
    lanes.map((lane) => e.reshape(lane ?? zeros(), split)),
    axis + 1,
  );
  const line = e.reshape(
    together,
    shape.map((size, i) => (i === axis ? size * stride : size)),
  );
  const length = groups * stride;
  const missing = Math.max(0, cells + before - length);
  const grown = e.pad(line, onAxis(line, 0), onAxis(line, missing), 0);
  return e.slice(grown, [axis], [before], [cells]);
}
