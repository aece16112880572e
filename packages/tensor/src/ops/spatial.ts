// Windows that slide over spatial axes: what convolutions and pools share.
// The layout is channels-last everywhere: [batch, ...spatial, channels] with one to three spatial axes.
import { ConfigError, ShapeError } from '../errors.ts';
import { formatShape, formatSpec, type Shape, type Spec } from '../spec.ts';

/** One number for all spatial axes, or one per axis. */
export type PerAxis = number | readonly number[];

/**
 * Cells added around the spatial axes. `'valid'`: none. `'same'`: as many as give `ceil(size / stride)` results, the odd
 * one at the end, as in Keras. Or `[before, after]` per spatial axis.
 */
export type Padding = 'valid' | 'same' | readonly (readonly [number, number])[];

/** How windows lie on the spatial axes, one entry per axis, padding explicit. */
export type WindowAttrs = {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
};

/** The sizes between batch and channels. */
export function spatialOf(shape: Shape): readonly number[] {
  return shape.slice(1, -1);
}

/** Throws unless `x` is `[batch, ...spatial, channels]` with one to three spatial axes. */
export function requireSpatial(name: string, x: Spec): void {
  if (x.shape.length >= 3 && x.shape.length <= 5) return;
  throw new ShapeError(
    `${name}: expects [batch, ...spatial, channels] with one to three spatial axes, got ${formatSpec(x)}. ` +
      'Add missing axes with expandDims (batch first, channels last).',
  );
}

/** One whole number of at least 1 per axis; throws ConfigError naming the argument. */
export function perAxis(name: string, argument: string, value: PerAxis, rank: number): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : value;
  if (list.length !== rank) {
    throw new ConfigError(
      `${name}: ${argument} ${formatShape(list)} has ${list.length} entries for ${rank} spatial axes. Give one number for all, or ${rank}.`,
    );
  }
  if (list.some((entry) => !Number.isInteger(entry) || entry < 1)) {
    throw new ConfigError(`${name}: ${argument} must be whole numbers of at least 1, got ${formatShape(list)}.`);
  }
  return list;
}

/** Cells from the first to the last that a dilated window touches. */
export function extentOf(window: number, dilation: number): number {
  return (window - 1) * dilation + 1;
}

/** Padding as explicit pairs. `sizes` are the spatial sizes, `window` the window's. */
export function explicitPadding(
  name: string,
  padding: Padding,
  sizes: readonly number[],
  window: readonly number[],
  { strides, dilations }: Omit<WindowAttrs, 'padding'>,
): WindowAttrs['padding'] {
  if (padding === 'valid') return sizes.map(() => [0, 0] as const);
  if (padding === 'same') {
    return sizes.map((size, axis) => {
      const reach = (Math.ceil(size / strides[axis]!) - 1) * strides[axis]! + extentOf(window[axis]!, dilations[axis]!);
      return evenly(Math.max(0, reach - size));
    });
  }
  if (typeof padding === 'string') {
    throw new ConfigError(
      `${name}: padding must be 'valid', 'same' or [before, after] pairs, got '${padding as string}'.`,
    );
  }
  if (padding.length !== sizes.length || padding.some((pair) => pair.length !== 2)) {
    throw new ConfigError(
      `${name}: padding needs one [before, after] pair per spatial axis (${sizes.length}), got ${JSON.stringify(padding)}.`,
    );
  }
  if (padding.flat().some((cells) => !Number.isInteger(cells) || cells < 0)) {
    throw new ConfigError(`${name}: padding must be whole numbers of at least 0, got ${JSON.stringify(padding)}.`);
  }
  return padding.map(([before, after]) => [before, after] as const);
}

/** Half before, half after, the odd cell after. */
export function evenly(cells: number): readonly [number, number] {
  return [Math.floor(cells / 2), Math.ceil(cells / 2)];
}

/** How many places a window has on each spatial axis of `input`. Throws ShapeError when it has none. */
export function placesOf(
  name: string,
  input: readonly number[],
  window: readonly number[],
  { strides, dilations, padding }: WindowAttrs,
): number[] {
  return input.map((size, axis) => {
    const [before, after] = padding[axis]!;
    const extent = extentOf(window[axis]!, dilations[axis]!);
    const padded = size + before + after;
    if (size === 0 || padded < extent) {
      const dilated = dilations[axis] === 1 ? '' : ` (${window[axis]} dilated by ${dilations[axis]})`;
      throw new ShapeError(
        `${name}: a window of ${extent} cells${dilated} does not fit spatial axis ${axis} of ${formatShape(input)}, ` +
          `${size} cells and ${before + after} of padding. Use a smaller window, padding: 'same', or a larger input.`,
      );
    }
    return Math.floor((padded - extent) / strides[axis]!) + 1;
  });
}

/** One spatial axis as the reference loops see it. */
export interface WindowAxis {
  readonly cells: number;
  readonly places: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

/** The axes for {@link eachTap}: input sizes, result sizes, window sizes. */
export function windowAxes(
  cells: readonly number[],
  places: readonly number[],
  taps: readonly number[],
  { strides, dilations, padding }: WindowAttrs,
): WindowAxis[] {
  return cells.map((size, axis) => ({
    cells: size,
    places: places[axis]!,
    taps: taps[axis]!,
    stride: strides[axis]!,
    dilation: dilations[axis]!,
    before: padding[axis]![0],
  }));
}

/**
 * Visits every real cell under every place of a window: its row-major number among the cells, the place's, and the
 * tap's within the window. The taps of one place come in row-major order; cells of the padding are left out.
 */
export function eachTap(axes: readonly WindowAxis[], visit: (cell: number, place: number, tap: number) => void): void {
  const walk = (depth: number, cell: number, place: number, tap: number): void => {
    const axis = axes[depth];
    if (!axis) {
      visit(cell, place, tap);
      return;
    }
    for (let p = 0; p < axis.places; p++) {
      for (let t = 0; t < axis.taps; t++) {
        const at = p * axis.stride + t * axis.dilation - axis.before;
        if (at < 0 || at >= axis.cells) continue;
        walk(depth + 1, cell * axis.cells + at, place * axis.places + p, tap * axis.taps + t);
      }
    }
  };
  walk(0, 0, 0, 0);
}
