// Sliding windows without a table: for kernels that do little per pixel and walk along the channels instead.

import { type Expr, type FunctionBuilder, i32, type Local, type Statement, v128 } from '../wasm/index.ts';
import { max, offset } from './arithmetic.ts';
import type { GRID } from './gather.ts';

type I32 = Local<'i32'>;
type Grid = { readonly [K in keyof typeof GRID]: I32 };

/** One pixel of the result and the taps of its window that fall inside the source. */
export interface Window {
  /** Address of the result's pixel. */
  readonly target: I32;
  /** Address of the source pixel under the first tap inside. */
  readonly source: I32;
  /** The first tap inside, per axis, and how many follow it. */
  readonly first: readonly [I32, I32, I32];
  readonly count: readonly [I32, I32, I32];
}

/** Visits the pixels of rows `[begin, end)` of the result; a row is what shares all but the last axis. Reaches are positive. */
export function forEachWindow(
  f: FunctionBuilder,
  p: Grid,
  begin: Expr<'i32'>,
  end: Expr<'i32'>,
  body: (window: Window) => void,
): void {
  f.for(begin, end, 1, (row) => {
    const g1 = f.let(i32.remU(row, p.grid1));
    const plane = f.let(i32.divU(row, p.grid1));
    const g0 = f.let(i32.remU(plane, p.grid0));
    const batch = f.let(i32.divU(plane, p.grid0));
    const z = insideTaps(f, i32.add(i32.mul(g0, p.step0), p.origin0), p.reach0, p.limit0, p.taps0);
    const y = insideTaps(f, i32.add(i32.mul(g1, p.step1), p.origin1), p.reach1, p.limit1, p.taps1);
    const sourceRow = f.let(offset(p.source, batch, p.sourceBatch));
    f.set(sourceRow, offset(offset(sourceRow, z.position, p.source0), y.position, p.source1));
    const target = f.let(offset(p.target, batch, p.targetBatch));
    f.set(target, offset(offset(target, g0, p.target0), g1, p.target1));
    const start = f.let(p.origin2);
    f.for(0, p.grid2, 1, () => {
      const x = insideTaps(f, start, p.reach2, p.limit2, p.taps2);
      const source = f.let(offset(sourceRow, x.position, p.source2));
      const first = [z.first, y.first, x.first] as const;
      body({ target, source, first, count: [z.count, y.count, x.count] });
      f.increment(start, p.step2);
      f.increment(target, p.target2);
    });
  });
}

interface TapsInside {
  readonly first: I32;
  readonly count: I32;
  /** Source coordinate of the first one. */
  readonly position: Expr<'i32'>;
}

/** Which taps of one axis are inside, for a window whose tap 0 is at `start`. */
function insideTaps(f: FunctionBuilder, start: Expr<'i32'>, reach: I32, limit: I32, taps: I32): TapsInside {
  const from = f.let(start);
  const first = f.local('i32');
  const count = f.let(taps);
  const after = i32.add(i32.sub(reach, 1), i32.sub(limit, from));
  f.set(first, 0);
  f.if(i32.ltS(from, 0), () => f.set(first, i32.divS(i32.sub(i32.sub(reach, 1), from), reach)));
  f.if(i32.gtS(i32.add(from, i32.mul(i32.sub(taps, 1), reach)), i32.sub(limit, 1)), () => {
    const room = f.let(i32.divS(after, reach));
    f.set(count, max(room, 0));
  });
  f.set(count, i32.sub(count, first));
  f.set(count, max(count, 0));
  return { first, count, position: i32.add(from, i32.mul(first, reach)) };
}

/** A pointer that follows the taps, so many bytes per tap of each axis. */
export interface Walk {
  readonly start: Expr<'i32'>;
  readonly steps: readonly [Expr<'i32'>, Expr<'i32'>, Expr<'i32'>];
}

/** Bytes from tap to tap in the source, per axis. */
export function tapSteps(f: FunctionBuilder, p: Grid): readonly [I32, I32, I32] {
  return [
    f.let(i32.mul(p.reach0, p.source0)),
    f.let(i32.mul(p.reach1, p.source1)),
    f.let(i32.mul(p.reach2, p.source2)),
  ];
}

/** Visits the taps inside a window in row-major order with pointers that follow. */
export function forEachTap(
  f: FunctionBuilder,
  window: Window,
  walks: readonly Walk[],
  body: (pointers: readonly I32[]) => void,
): void {
  const [count0, count1, count2] = window.count;
  const advance = (pointers: readonly I32[], axis: 0 | 1 | 2): void => {
    for (const [i, { steps }] of walks.entries()) f.increment(pointers[i]!, steps[axis]);
  };
  const planes = walks.map((walk) => f.let(walk.start));
  f.for(0, count0, 1, () => {
    const rows = planes.map((plane) => f.let(plane));
    f.for(0, count1, 1, () => {
      const pointers = rows.map((row) => f.let(row));
      f.for(0, count2, 1, () => {
        body(pointers);
        advance(pointers, 2);
      });
      advance(rows, 1);
    });
    advance(planes, 0);
  });
}

/** A few neighbouring channels: whole vectors, or a single float in lane 0. */
export interface Chunk {
  readonly vectors: number;
  load(address: Expr<'i32'>, vector: number): Expr<'v128'>;
  store(address: Expr<'i32'>, value: Expr<'v128'>, vector: number): Statement;
}

const FLOAT: Chunk = {
  vectors: 1,
  load: (address) => v128.load32Zero(address),
  store: (address, value) => v128.store32Lane(address, value, 0),
};

function whole(vectors: number): Chunk {
  return {
    vectors,
    load: (address, vector) => v128.load(address, vector * 16),
    store: (address, value, vector) => v128.store(address, value, vector * 16),
  };
}

/** Visits all channels of a pixel, many at a time while there are many. `at` is the byte offset of a chunk. */
export function forEachChunk(
  f: FunctionBuilder,
  channels: Expr<'i32'>,
  body: (at: I32, chunk: Chunk) => void,
  widest = 4,
): void {
  const bytes = f.let(i32.shl(channels, 2));
  const at = f.local('i32');
  f.set(at, 0);
  for (const chunk of [whole(widest), whole(1), FLOAT]) {
    const size = chunk === FLOAT ? 4 : chunk.vectors * 16;
    f.while(i32.leS(at, i32.sub(bytes, size)), () => {
      body(at, chunk);
      f.increment(at, size);
    });
  }
}
