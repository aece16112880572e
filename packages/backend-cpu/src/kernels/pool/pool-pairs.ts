// Max pools whose windows are two by two pixels side by side, as in most networks: nothing to count, nothing to search.

import { type Expr, type FunctionBuilder, f32x4, i32, type Local, v128 } from '../../wasm/index.ts';
import { offset } from '../arithmetic.ts';
import { GRID } from '../gather.ts';
import { defineKernel, type Kernel } from '../kernel.ts';
import { type Chunk, forEachChunk } from '../windows.ts';

type V = Local<'v128'>;
/** Top left, top right, bottom left, bottom right. */
type Four<T> = readonly [T, T, T, T];

const CHANNELS = { channels: 'i32' } as const;
type PairsParams = typeof GRID & typeof CHANNELS;
const PAIRS: PairsParams = { ...GRID, ...CHANNELS };

/** Maximum over windows; NaN wins. Units are rows of the result. */
export const maxPoolPairs: Kernel<PairsParams> = defineKernel('maxPoolPairs', PAIRS, (f, p) => {
  forEachPair(f, p, (source, target) => {
    forEachChunk(
      f,
      p.channels,
      (at, chunk) => {
        const cells = load(f, chunk, f.let(i32.add(source, at)), p);
        const to = f.let(i32.add(target, at));
        f.if(
          someNaN(f, cells),
          () => f.emit(...cells.map((four, i) => chunk.store(to, largestOrNaN(four), i))),
          () => f.emit(...cells.map((four, i) => chunk.store(to, largest(four), i))),
        );
      },
      2,
    );
  });
});

const DX = {
  /** Address of the gradient to fill, laid out like the source. */
  dx: 'i32',
} as const;
type GradientParams = PairsParams & typeof DX;

/** Sends dy (the grid's target) to the first maximum of each window in x (its source). Units are rows of dy. */
export const maxPoolPairsGradient: Kernel<GradientParams> = defineKernel(
  'maxPoolPairsGradient',
  { ...PAIRS, ...DX },
  (f, p) => {
    const distance = f.let(i32.sub(p.dx, p.source));
    forEachPair(f, p, (source, target) => {
      forEachChunk(
        f,
        p.channels,
        (at, chunk) => {
          const from = f.let(i32.add(source, at));
          const cells = load(f, chunk, from, p);
          const slopes = cells.map((_, i) => f.let(chunk.load(i32.add(target, at), i)));
          const to = addresses(f, f.let(i32.add(from, distance)), p);
          const write = (shares: (four: Four<V>, slope: V) => Four<Expr<'v128'>>): void => {
            cells.forEach((four, i) => {
              const share = shares(four, slopes[i]!);
              f.emit(...share.map((value, cell) => chunk.store(to[cell]!, value, i)));
            });
          };
          f.if(
            someNaN(f, cells),
            () => write((four, slope) => toFirst(f, four, slope, largestOrNaN(four), isNaNToo)),
            () => write((four, slope) => toFirst(f, four, slope, largest(four), f32x4.eq)),
          );
        },
        2,
      );
    });
  },
);

/** Equality that takes two NaN for equal. */
function isNaNToo(x: V, y: V): Expr<'v128'> {
  return v128.or(f32x4.eq(x, y), v128.and(f32x4.ne(x, x), f32x4.ne(y, y)));
}

/** The slope where a cell is the first that equals the winner, 0 elsewhere. */
function toFirst(
  f: FunctionBuilder,
  four: Four<V>,
  slope: V,
  winner: Expr<'v128'>,
  equal: (x: V, winner: V) => Expr<'v128'>,
): Four<Expr<'v128'>> {
  const best = f.let(winner);
  let left: Expr<'v128'> = slope;
  return four.map((x) => {
    const won = f.let(equal(x, best));
    const share = f.let(v128.and(left, won));
    left = f.let(v128.andNot(left, won));
    return share;
  }) as unknown as Four<Expr<'v128'>>;
}

/** The largest of four; anything where one is NaN. */
function largest([a, b, c, d]: Four<V>): Expr<'v128'> {
  return f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
}

/** The largest of four, or NaN: slower, for it takes many instructions on x64. */
function largestOrNaN([a, b, c, d]: Four<V>): Expr<'v128'> {
  return f32x4.max(f32x4.max(a, b), f32x4.max(c, d));
}

/** Not 0 when a cell is NaN. Sums are, too, where infinities of both signs meet: those go the same, slower way. */
function someNaN(f: FunctionBuilder, cells: readonly Four<V>[]): Expr<'i32'> {
  const sums = cells.map(([a, b, c, d]) => f.let(f32x4.add(f32x4.add(a, b), f32x4.add(c, d))));
  return v128.anyTrue(sums.map((sum) => f32x4.ne(sum, sum)).reduce((all, one) => v128.or(all, one)));
}

type PairsLocals = { readonly [K in keyof PairsParams | 'begin' | 'end']: Local<'i32'> };

function addresses(f: FunctionBuilder, first: Local<'i32'>, p: PairsLocals): Four<Local<'i32'>> {
  const below = f.let(i32.add(first, p.source1));
  return [first, f.let(i32.add(first, p.source2)), below, f.let(i32.add(below, p.source2))];
}

function load(f: FunctionBuilder, chunk: Chunk, first: Local<'i32'>, p: PairsLocals): Four<V>[] {
  const at = addresses(f, first, p);
  return Array.from(
    { length: chunk.vectors },
    (_, i) => at.map((address) => f.let(chunk.load(address, i))) as unknown as Four<V>,
  );
}

/** Visits the windows of rows `[begin, end)`: where their first pixel lies, and their pixel of the result. */
function forEachPair(
  f: FunctionBuilder,
  p: PairsLocals,
  body: (source: Local<'i32'>, target: Local<'i32'>) => void,
): void {
  f.for(p.begin, p.end, 1, (row) => {
    const line = f.let(i32.remU(row, p.grid1));
    const image = f.let(i32.divU(row, p.grid1));
    const source = f.let(offset(p.source, image, p.sourceBatch));
    const target = f.let(offset(p.target, image, p.targetBatch));
    f.set(source, offset(source, i32.shl(line, 1), p.source1));
    f.set(target, offset(target, line, p.target1));
    f.for(0, p.grid2, 1, () => {
      body(source, target);
      f.increment(source, i32.shl(p.source2, 1));
      f.increment(target, p.target2);
    });
  });
}
