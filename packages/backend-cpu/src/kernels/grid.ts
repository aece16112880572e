import { greatestCommonDivisor } from './arithmetic.ts';
import type { GRID } from './gather.ts';
import { type WindowAxis, type WindowShape, windowAxes } from './geometry.ts';
import type { Place } from './kernel.ts';

/** Three numbers, one per spatial axis, slowest axis first. */
export type Triple = readonly [number, number, number];

/** Distances in bytes between neighbours along three axes, and between batches. */
interface Layout {
  readonly axes: Triple;
  readonly batch: number;
}

/** Numbers of one sliding-window job: tap `t` of target pixel `g` looks at source pixel `g * step + t * reach + origin`. */
export interface Grid {
  readonly limit: Triple;
  readonly grid: Triple;
  readonly step: Triple;
  readonly reach: Triple;
  readonly origin: Triple;
  readonly taps: Triple;
  readonly source: Layout;
  readonly target: Layout;
  /** Where the first target pixel lies, in bytes. */
  readonly targetOffset: number;
  /** Which taps of the kernel these are: the first, and the distance to the next. */
  readonly tap: Triple;
  readonly tapStep: Triple;
}

/** The grid from an input to an output, given the bytes of their pixels. */
export function forwardGrid(shape: WindowShape, inputPixel: number, outputPixel: number): Grid {
  const axes = windowAxes(shape);
  const [limit, grid] = [each(axes, (axis) => axis.input), each(axes, (axis) => axis.output)];
  return {
    ...{ limit, grid, step: each(axes, (axis) => axis.stride), reach: each(axes, (axis) => axis.dilation) },
    ...{ origin: each(axes, (axis) => -axis.low), taps: each(axes, (axis) => axis.taps) },
    ...{ source: layout(limit, inputPixel), target: layout(grid, outputPixel), targetOffset: 0 },
    ...{ tap: [0, 0, 0], tapStep: [1, 1, 1] },
  };
}

/**
 * The grids from an output's gradient to the input's. With strides, the input pixels fall into classes that meet
 * different taps; each class is a dense job of its own, and together they cover the input.
 */
export function inputGradientGrids(shape: WindowShape, outputPixel: number, inputPixel: number): Grid[] {
  const axes = windowAxes(shape);
  const [limit, input] = [each(axes, (axis) => axis.output), each(axes, (axis) => axis.input)];
  const [source, whole] = [layout(limit, outputPixel), layout(input, inputPixel)];
  const [first, second, third] = axes.map((axis) => Array.from({ length: axis.stride }, (_, i) => phaseOf(axis, i)));
  const phases = first!.flatMap((a) => second!.flatMap((b) => third!.map((c) => [a, b, c])));
  return phases.map((phase) => {
    const of = (read: (axis: Phase) => number): Triple => phase.map(read) as unknown as Triple;
    return {
      ...{ limit, source, step: [1, 1, 1], grid: of((axis) => axis.count), taps: of((axis) => axis.taps) },
      ...{ reach: of((axis) => axis.reach), origin: of((axis) => axis.origin) },
      target: {
        axes: times(
          whole.axes,
          each(axes, (axis) => axis.stride),
        ),
        batch: whole.batch,
      },
      targetOffset: dot3(
        of((axis) => axis.first),
        whole.axes,
      ),
      ...{ tap: of((axis) => axis.tap), tapStep: of((axis) => axis.tapStep) },
    };
  });
}

/** The input pixels `first, first + stride, ...` of one axis, and the taps `tap, tap + tapStep, ...` that reach them. */
interface Phase {
  readonly first: number;
  readonly count: number;
  readonly tap: number;
  readonly tapStep: number;
  readonly taps: number;
  readonly origin: number;
  readonly reach: number;
}

function phaseOf({ input, stride, dilation, taps, low }: WindowAxis, first: number): Phase {
  const count = Math.max(0, Math.ceil((input - first) / stride));
  const meets = (tap: number): boolean => (first + low - tap * dilation) % stride === 0;
  const tap = Array.from({ length: Math.min(taps, stride) }, (_, i) => i).find(meets);
  const common = greatestCommonDivisor(stride, dilation);
  const [tapStep, reach] = [stride / common, -dilation / common];
  if (tap === undefined) return { first, count, tap: 0, tapStep, taps: 0, origin: 0, reach };
  const origin = (first + low - tap * dilation) / stride;
  return { first, count, tap, tapStep, taps: Math.ceil((taps - tap) / tapStep), origin, reach };
}

/** The same job with its taps in the order in which they move forward through the source. */
export function forwardReaching(job: Grid): Grid {
  const backward = job.reach.map((reach) => reach < 0);
  const last = job.taps.map((taps, i) => (backward[i] ? taps - 1 : 0)) as unknown as Triple;
  const sign = backward.map((flip) => (flip ? -1 : 1)) as unknown as Triple;
  return {
    ...job,
    origin: plus(job.origin, times(last, job.reach)),
    reach: times(sign, job.reach),
    tap: plus(job.tap, times(last, job.tapStep)),
    tapStep: times(sign, job.tapStep),
  };
}

/** Where in a kernel `[...spatial, rest]` the taps of a job lie: bytes to the first one, bytes from tap to tap. */
export function tapLayout(job: Grid, shape: WindowShape, tapBytes: number): { offset: number; axes: Triple } {
  const { axes } = layout(
    each(windowAxes(shape), (axis) => axis.taps),
    tapBytes,
  );
  return { offset: dot3(job.tap, axes), axes: times(job.tapStep, axes) };
}

/** The arguments of {@link GRID}. */
export function gridArgs<S extends Place | 0, T extends Place | 0>(job: Grid, source: S, target: T): GridArgs<S, T> {
  const { limit, grid, step, reach, origin, taps, source: s, target: t } = job;
  return {
    ...{ source, sourceBatch: s.batch, source0: s.axes[0], source1: s.axes[1], source2: s.axes[2] },
    ...{ limit0: limit[0], limit1: limit[1], limit2: limit[2], grid0: grid[0], grid1: grid[1], grid2: grid[2] },
    ...{ step0: step[0], step1: step[1], step2: step[2], reach0: reach[0], reach1: reach[1], reach2: reach[2] },
    ...{ origin0: origin[0], origin1: origin[1], origin2: origin[2], taps0: taps[0], taps1: taps[1], taps2: taps[2] },
    ...{ target, targetBatch: t.batch, target0: t.axes[0], target1: t.axes[1], target2: t.axes[2] },
  };
}

type GridArgs<S, T> = Readonly<Record<Exclude<keyof typeof GRID, 'source' | 'target'>, number>> & {
  readonly source: S;
  readonly target: T;
};

/** Product of three numbers. */
export function volume(sizes: Triple): number {
  return sizes[0] * sizes[1] * sizes[2];
}

function each(axes: readonly WindowAxis[], read: (axis: WindowAxis) => number): Triple {
  return axes.map(read) as unknown as Triple;
}

function layout(sizes: Triple, pixel: number): Layout {
  const row = sizes[2] * pixel;
  const plane = sizes[1] * row;
  return { axes: [plane, row, pixel], batch: sizes[0] * plane };
}

function times(a: Triple, b: Triple): Triple {
  return [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
}

function plus(a: Triple, b: Triple): Triple {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function dot3(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
