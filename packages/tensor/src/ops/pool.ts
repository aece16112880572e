// What pools share: windows over the spatial axes, each channel by itself. Padding never counts.
import { ShapeError } from '../errors.ts';
import { formatShape, type HostArray, type Shape, type Spec, sameShape, sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { requireDType } from './infer.ts';
import {
  eachTap,
  explicitPadding,
  type Padding,
  type PerAxis,
  perAxis,
  placesOf,
  requireSpatial,
  spatialOf,
  type WindowAttrs,
  windowAxes,
} from './spatial.ts';

/** Attrs of the pools, one entry per spatial axis. */
export type PoolAttrs = {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
};

/** Options of the pools. */
export interface PoolOptions {
  /** Cells of the window: one number for all spatial axes, or one per axis. */
  readonly window: PerAxis;
  /** Cells from one window to the next. Default: the window, so that windows lie side by side. */
  readonly strides?: PerAxis;
  /** Default `'valid'`. Added cells never win a maximum and never count in an average. */
  readonly padding?: Padding;
}

/** Options as attrs; throws for a tensor without spatial axes. */
export function poolAttrs(name: string, x: Tensor, options: PoolOptions): PoolAttrs {
  requireSpatial(name, x.spec);
  const spatial = spatialOf(x.shape);
  const window = perAxis(name, 'window', options.window, spatial.length);
  const strides = perAxis(name, 'strides', options.strides ?? window, spatial.length);
  const dilations = spatial.map(() => 1);
  return {
    window,
    strides,
    padding: explicitPadding(name, options.padding ?? 'valid', spatial, window, { strides, dilations }),
  };
}

/** The shape of the pooled result. */
export function pooledShape(name: string, x: Spec, attrs: PoolAttrs): number[] {
  requireDType(name, x, 'float');
  requireSpatial(name, x);
  attrs.window.forEach((size, axis) => {
    const [before, after] = attrs.padding[axis]!;
    if (Math.max(before, after) >= size) {
      throw new ShapeError(
        `${name}: padding [${before}, ${after}] of spatial axis ${axis} makes windows of ${size} that see nothing but padding. ` +
          `Use at most ${size - 1} on each side.`,
      );
    }
  });
  const places = placesOf(name, spatialOf(x.shape), attrs.window, undilated(attrs));
  return [x.shape[0]!, ...places, x.shape.at(-1)!];
}

/** Throws unless `found` is the shape that pooling `x` gives. */
export function requirePooled(name: string, x: Shape, attrs: PoolAttrs, found: Spec): void {
  const expected = pooledShape(name, { ...found, shape: x }, attrs);
  if (sameShape(expected, found.shape)) return;
  throw new ShapeError(
    `${name}: pooling ${formatShape(x)} gives ${formatShape(expected)}, so its gradient cannot be ${formatShape(found.shape)}. ` +
      'Pass the sizes that the pool had.',
  );
}

/** Visits each cell under each window: its place in `x [N, ...in, C]` and the window's in `y [N, ...out, C]`, row-major per window. */
export function eachCell(x: Shape, y: Shape, attrs: PoolAttrs, visit: (cell: number, place: number) => void): void {
  const axes = windowAxes(spatialOf(x), spatialOf(y), attrs.window, undilated(attrs));
  const channels = x.at(-1)!;
  const cells = sizeOf(spatialOf(x));
  const places = sizeOf(spatialOf(y));
  for (let image = 0; image < x[0]!; image++) {
    eachTap(axes, (cell, place) => {
      for (let channel = 0; channel < channels; channel++) {
        visit((image * cells + cell) * channels + channel, (image * places + place) * channels + channel);
      }
    });
  }
}

/** For each window, the place in `x` of its first maximum; NaN wins. */
export function winnersOf(values: HostArray, x: Shape, y: Shape, attrs: PoolAttrs): Int32Array {
  const winners = new Int32Array(sizeOf(y)).fill(-1);
  eachCell(x, y, attrs, (cell, place) => {
    const winner = winners[place]!;
    const best = values[winner]!;
    const value = values[cell]!;
    if (winner < 0 || (!Number.isNaN(best) && (value > best || Number.isNaN(value)))) winners[place] = cell;
  });
  return winners;
}

/** FLOPs of a pool: every window looks at each of its cells once. */
export function poolFlops(y: Shape, { window }: PoolAttrs): number {
  return sizeOf(y) * sizeOf(window);
}

function undilated({ strides, padding }: PoolAttrs): WindowAttrs {
  return { strides, padding, dilations: strides.map(() => 1) };
}
