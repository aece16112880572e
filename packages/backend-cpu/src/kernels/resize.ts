import { type FunctionBuilder, f32, f32x4, f64, i32, type Local, madd, memory, select, v128 } from '../wasm/index.ts';
import { offset } from './arithmetic.ts';
import { defineKernel, type Kernel, type KernelPlan, kernelCall, place } from './kernel.ts';
import { forEachChunk, forEachTap, type Walk, type Window } from './windows.ts';

const RESIZE = {
  /** The side with `cells` along each axis (small or large), and the side with `places`. */
  cells: 'i32',
  places: 'i32',
  cells0: 'i32',
  cells1: 'i32',
  cells2: 'i32',
  places0: 'i32',
  places1: 'i32',
  places2: 'i32',
  channels: 'i32',
  /** 1 interpolates between neighbouring cells, 0 takes the nearest. */
  linear: 'i32',
} as const;

/** Every place is a mean of the cells around its centre. Units are rows of places. */
export const resize: Kernel<typeof RESIZE> = defineKernel('resize', RESIZE, (f, p, { options }) => {
  const fused = madd(options.relaxed);
  forEachPlace(f, p, p.begin, p.end, (window, [cell, weight]) => {
    forEachChunk(f, p.channels, (at, chunk) => {
      const sums = Array.from({ length: chunk.vectors }, () => f.let(f32x4.const(0)));
      forEachTap(f, window, [{ ...cell, start: i32.add(cell.start, at) }, weight], ([x, w]) => {
        const factor = f.let(v128.load32Splat(w!));
        for (const [i, sum] of sums.entries()) f.set(sum, fused(chunk.load(x!, i), factor, sum));
      });
      const target = f.let(i32.add(window.target, at));
      f.emit(...sums.map((sum, i) => chunk.store(target, sum, i)));
    });
  });
});

/** Every place gives its value back to the cells it was made of. Units are images. */
export const resizeGradient: Kernel<typeof RESIZE> = defineKernel('resizeGradient', RESIZE, (f, p, { options }) => {
  const fused = madd(options.relaxed);
  const bytes = f.let(i32.mul(i32.mul(i32.mul(p.cells0, p.cells1), p.cells2), i32.shl(p.channels, 2)));
  f.emit(memory.fill(offset(p.cells, p.begin, bytes), 0, i32.mul(i32.sub(p.end, p.begin), bytes)));
  const rows = f.let(i32.mul(p.places0, p.places1));
  forEachPlace(f, p, i32.mul(p.begin, rows), i32.mul(p.end, rows), (window, [cell, weight]) => {
    forEachChunk(f, p.channels, (at, chunk) => {
      const parts = Array.from({ length: chunk.vectors }, (_, i) => f.let(chunk.load(i32.add(window.target, at), i)));
      forEachTap(f, window, [{ ...cell, start: i32.add(cell.start, at) }, weight], ([dx, w]) => {
        const factor = f.let(v128.load32Splat(w!));
        f.emit(...parts.map((part, i) => chunk.store(dx!, fused(part, factor, chunk.load(dx!, i)), i)));
      });
    });
  });
});

type ResizeLocals = { readonly [K in keyof typeof RESIZE | 'workspace']: Local<'i32'> };

/** Visits places row by row, each as a window of up to two cells per axis, with pointers to cells and their weights. */
function forEachPlace(
  f: FunctionBuilder,
  p: ResizeLocals,
  begin: Parameters<FunctionBuilder['for']>[0],
  end: Parameters<FunctionBuilder['for']>[1],
  body: (window: Window, walks: readonly [Walk, Walk]) => void,
): void {
  const pixel = f.let(i32.shl(p.channels, 2));
  const row = f.let(i32.mul(p.cells2, pixel));
  const plane = f.let(i32.mul(p.cells1, row));
  const image = f.let(i32.mul(p.cells0, plane));
  f.for(begin, end, 1, (line) => {
    const z = share(f, i32.remU(i32.divU(line, p.places1), p.places0), p.cells0, p.places0, p.linear);
    const y = share(f, i32.remU(line, p.places1), p.cells1, p.places1, p.linear);
    const batch = i32.divU(line, i32.mul(p.places0, p.places1));
    const corner = f.let(offset(offset(offset(p.cells, batch, image), z.first, plane), y.first, row));
    const target = f.let(offset(p.places, i32.mul(line, p.places2), pixel));
    f.for(0, p.places2, 1, (i) => {
      const x = share(f, i, p.cells2, p.places2, p.linear);
      for (let corner = 0; corner < 8; corner++) {
        const part = (axis: typeof x, upper: number) => (upper ? axis.beyond : f32.sub(1, axis.beyond));
        const weight = f32.mul(f32.mul(part(z, corner & 4), part(y, corner & 2)), part(x, corner & 1));
        f.emit(f32.store(p.workspace, weight, corner * 4));
      }
      const source = f.let(offset(corner, x.first, pixel));
      const window = {
        target,
        source,
        first: [z.first, y.first, x.first],
        count: [z.count, y.count, x.count],
      } as const;
      body(window, [
        { start: source, steps: [plane, row, pixel] },
        { start: p.workspace, steps: [i32.const(16), i32.const(8), i32.const(4)] },
      ]);
      f.increment(target, pixel);
    });
  });
}

interface Share {
  /** The cell, how many there are from it on (1 or 2), and the weight of the second. */
  readonly first: Local<'i32'>;
  readonly count: Local<'i32'>;
  readonly beyond: Local<'f32'>;
}

/** The cells whose centres surround the centre of place `i`. */
function share(
  f: FunctionBuilder,
  i: Parameters<FunctionBuilder['for']>[0],
  cells: Local<'i32'>,
  places: Local<'i32'>,
  linear: Local<'i32'>,
): Share {
  const index = f.local('i32');
  f.set(index, i);
  const [first, count, beyond] = [f.local('i32'), f.local('i32'), f.local('f32')];
  f.set(count, 1);
  f.if(
    linear,
    () => {
      const centre = f64.div(f64.mul(f64.add(f64.convertS(index), 0.5), f64.convertS(cells)), f64.convertS(places));
      const last = f64.convertS(i32.sub(cells, 1));
      const point = f.let(f64.min(last, f64.max(0, f64.sub(centre, 0.5))));
      f.set(first, i32.truncSatF64(point));
      f.set(beyond, f32.demote(f64.sub(point, f64.convertS(first))));
      f.set(count, select(f32.gt(beyond, 0), i32.const(2), i32.const(1)));
    },
    () => {
      f.set(first, i32.divU(i32.mul(i32.add(i32.shl(index, 1), 1), cells), i32.shl(places, 1)));
      f.set(beyond, 0);
    },
  );
  return { first, count, beyond };
}

/** Static description of a resize over channels-last tensors; one to three spatial axes. */
export interface ResizeShape {
  readonly batch: number;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly channels: number;
  readonly mode: 'nearest' | 'bilinear';
}

/** Plans `y = resize(x)` with half-pixel centres, over the buffers `x`, `y`. */
export function planResize(shape: ResizeShape): KernelPlan {
  const { args, rows, work } = describe(shape);
  const call = kernelCall(
    resize,
    { ...args, cells: place('x'), places: place('y') },
    { extent: shape.batch * rows, workspace: WORKSPACE, work },
  );
  return { calls: [call], shared: 0 };
}

/** Plans the gradient `dx` of the input from `dy`. */
export function planResizeGradient(shape: ResizeShape): KernelPlan {
  const { args, work } = describe(shape);
  const call = kernelCall(
    resizeGradient,
    { ...args, cells: place('dx'), places: place('dy') },
    { extent: shape.batch, workspace: WORKSPACE, work },
  );
  return { calls: [call], shared: 0 };
}

/** Eight weights. */
const WORKSPACE = 32;

function describe({ batch, input, output, channels, mode }: ResizeShape) {
  const [cells, places] = [input, output].map((sizes) => [1, 1, ...sizes].slice(-3)) as [number[], number[]];
  const linear = Number(mode === 'bilinear');
  const args = {
    ...{ cells0: cells[0]!, cells1: cells[1]!, cells2: cells[2]! },
    ...{ places0: places[0]!, places1: places[1]!, places2: places[2]!, channels, linear },
  };
  const work = batch * channels * places.reduce((a, b) => a * b) * (linear ? 2 ** input.length : 1);
  return { args, rows: places[0]! * places[1]!, work };
}
