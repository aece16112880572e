import { type Expr, type FunctionBuilder, f32, f32x4, i32, i32x4, type Local, memory, v128 } from '../../wasm/index.ts';
import { max, offset } from '../arithmetic.ts';
import { GRID } from '../gather.ts';
import { defineKernel, type Kernel } from '../kernel.ts';
import { type Chunk, forEachChunk, forEachTap, forEachWindow, tapSteps, type Window } from '../windows.ts';

const CHANNELS = { channels: 'i32' } as const;
type PoolParams = typeof GRID & typeof CHANNELS;
const POOL: PoolParams = { ...GRID, ...CHANNELS };

/** Maximum over windows; NaN wins, cells outside do not count. Units are rows of the result. */
export const maxPool: Kernel<PoolParams> = defineKernel('maxPool', POOL, (f, p) => {
  const steps = tapSteps(f, p);
  forEachWindow(f, p, p.begin, p.end, (window) => {
    forEachChunk(f, p.channels, (at, chunk) => {
      // `f32x4.max` takes many instructions on x64 for the sake of NaN; one comparison on the side is cheaper.
      const best = lanes(chunk, () => f.let(f32x4.const(Number.NEGATIVE_INFINITY)));
      const nan = lanes(chunk, () => f.let(i32x4.const(0)));
      forEachTap(f, window, [{ start: i32.add(window.source, at), steps }], ([cell]) => {
        for (const [i, value] of best.entries()) {
          const x = f.let(chunk.load(cell!, i));
          f.set(value, f32x4.pmax(value, x));
          f.set(nan[i]!, v128.or(nan[i]!, f32x4.ne(x, x)));
        }
      });
      const target = f.let(i32.add(window.target, at));
      f.emit(...best.map((value, i) => chunk.store(target, v128.or(value, nan[i]!), i)));
    });
  });
});

/** Mean over the cells of each window that exist. Units are rows of the result. */
export const avgPool: Kernel<PoolParams> = defineKernel('avgPool', POOL, (f, p) => {
  const steps = tapSteps(f, p);
  forEachWindow(f, p, p.begin, p.end, (window) => {
    const share = shareOfCell(f, window);
    forEachChunk(f, p.channels, (at, chunk) => {
      const sums = lanes(chunk, () => f.let(f32x4.const(0)));
      forEachTap(f, window, [{ start: i32.add(window.source, at), steps }], ([x]) => {
        for (const [i, sum] of sums.entries()) f.set(sum, f32x4.add(sum, chunk.load(x!, i)));
      });
      const target = f.let(i32.add(window.target, at));
      f.emit(...sums.map((sum, i) => chunk.store(target, f32x4.mul(sum, share), i)));
    });
  });
});

const GRADIENT = {
  channels: 'i32',
  /** Address of the gradient to fill, laid out like the source. */
  dx: 'i32',
  /** 1 when every cell lies in exactly one window, so that it is written once, without a look at what is there. */
  tiling: 'i32',
} as const;
type GradientParams = typeof GRID & typeof GRADIENT;

/** Spreads dy (the grid's target) evenly over the cells of its windows. Units are batches; dx lies like the source. */
export const avgPoolGradient: Kernel<GradientParams> = defineKernel(
  'avgPoolGradient',
  { ...GRID, ...GRADIENT },
  (f, p) => {
    const steps = tapSteps(f, p);
    scatter(f, p, (window, dx) => {
      const share = shareOfCell(f, window);
      forEachChunk(f, p.channels, (at, chunk) => {
        const parts = lanes(chunk, (i) => f.let(f32x4.mul(chunk.load(i32.add(window.target, at), i), share)));
        forEachTap(f, window, [{ start: i32.add(dx, at), steps }], ([to]) => {
          deposit(f, p.tiling, to!, chunk, (i) => parts[i]!);
        });
      });
    });
  },
);

/** Sends dy (the grid's target) to the first maximum of each window in x (its source). Units are batches. */
export const maxPoolGradient: Kernel<GradientParams> = defineKernel(
  'maxPoolGradient',
  { ...GRID, ...GRADIENT },
  (f, p) => {
    const steps = tapSteps(f, p);
    scatter(f, p, (window, dx) => {
      forEachChunk(
        f,
        p.channels,
        (at, chunk) => {
          const search = firstMaximum(f, chunk);
          const tap = f.let(i32x4.const(0));
          const winner = lanes(chunk, () => f.let(i32x4.const(-1)));
          forEachTap(f, window, [{ start: i32.add(window.source, at), steps }], ([x]) => {
            search.visit(x!, (taken, i) => f.set(winner[i]!, v128.bitselect(tap, winner[i]!, taken)));
            f.set(tap, i32x4.add(tap, 1));
          });
          const dy = lanes(chunk, (i) => f.let(chunk.load(i32.add(window.target, at), i)));
          f.set(tap, i32x4.const(0));
          forEachTap(f, window, [{ start: i32.add(dx, at), steps }], ([to]) => {
            deposit(f, p.tiling, to!, chunk, (i) => v128.and(dy[i]!, i32x4.eq(winner[i]!, tap)));
            f.set(tap, i32x4.add(tap, 1));
          });
        },
        2,
      );
    });
  },
);

const PICK = {
  channels: 'i32',
  /** Address of the values to pick from, laid out like the source. */ values: 'i32',
} as const;

/** The values found where each window of x (the grid's source) has its first maximum. Units are rows of the result. */
export const maxPoolPick: Kernel<typeof GRID & typeof PICK> = defineKernel(
  'maxPoolPick',
  { ...GRID, ...PICK },
  (f, p) => {
    const steps = tapSteps(f, p);
    const distance = f.let(i32.sub(p.values, p.source));
    forEachWindow(f, p, p.begin, p.end, (window) => {
      forEachChunk(
        f,
        p.channels,
        (at, chunk) => {
          const search = firstMaximum(f, chunk);
          const picked = lanes(chunk, () => f.let(f32x4.const(0)));
          const start = f.let(i32.add(window.source, at));
          const walks = [
            { start, steps },
            { start: i32.add(start, distance), steps },
          ];
          forEachTap(f, window, walks, ([x, value]) => {
            search.visit(x!, (taken, i) => f.set(picked[i]!, v128.bitselect(chunk.load(value!, i), picked[i]!, taken)));
          });
          const target = f.let(i32.add(window.target, at));
          f.emit(...picked.map((value, i) => chunk.store(target, value, i)));
        },
        2,
      );
    });
  },
);

function lanes<T>(chunk: Chunk, make: (vector: number) => T): T[] {
  return Array.from({ length: chunk.vectors }, (_, i) => make(i));
}

/** 1 / the number of cells inside a window, in all lanes. */
function shareOfCell(f: FunctionBuilder, { count }: Window): Local<'v128'> {
  const cells = f.let(i32.mul(i32.mul(count[0], count[1]), count[2]));
  return f.let(f32x4.splat(f32.div(1, f32.convertS(max(cells, 1)))));
}

interface Search {
  /** Looks at one cell; `taken` has ones where it beats all cells before it. */
  visit(address: Expr<'i32'>, update: (taken: Expr<'v128'>, vector: number) => void): void;
}

/** A running maximum that the first of equals keeps, and that any NaN takes for good. */
function firstMaximum(f: FunctionBuilder, chunk: Chunk): Search {
  const best = lanes(chunk, () => f.let(f32x4.const(Number.NEGATIVE_INFINITY)));
  const fresh = f.let(i32x4.const(-1));
  return {
    visit(address, update) {
      for (const [i, value] of best.entries()) {
        const x = f.let(chunk.load(address, i));
        const larger = v128.andNot(f32x4.eq(value, value), f32x4.le(x, value));
        const taken = f.let(v128.or(larger, fresh));
        f.set(value, v128.bitselect(x, value, taken));
        update(taken, i);
      }
      f.set(fresh, i32x4.const(0));
    },
  };
}

type GradientLocals = { readonly [K in keyof GradientParams | 'begin' | 'end']: Local<'i32'> };

/** Adds to a cell, or sets it when it is met only once. */
function deposit(
  f: FunctionBuilder,
  tiling: Local<'i32'>,
  to: Local<'i32'>,
  chunk: Chunk,
  part: (vector: number) => Expr<'v128'>,
): void {
  f.if(
    tiling,
    () => f.emit(...lanes(chunk, (i) => chunk.store(to, part(i), i))),
    () => f.emit(...lanes(chunk, (i) => chunk.store(to, f32x4.add(chunk.load(to, i), part(i)), i))),
  );
}

/** Clears the images `[begin, end)` of dx and visits their windows; `dx` is where the window's first cell lies in it. */
function scatter(f: FunctionBuilder, p: GradientLocals, body: (window: Window, dx: Local<'i32'>) => void): void {
  const distance = f.let(i32.sub(p.dx, p.source));
  f.if(i32.eqz(p.tiling), () => {
    const images = i32.mul(i32.sub(p.end, p.begin), p.sourceBatch);
    f.emit(memory.fill(offset(p.dx, p.begin, p.sourceBatch), 0, images));
  });
  const rows = f.let(i32.mul(p.grid0, p.grid1));
  forEachWindow(f, p, i32.mul(p.begin, rows), i32.mul(p.end, rows), (window) => {
    body(window, f.let(i32.add(window.source, distance)));
  });
}
