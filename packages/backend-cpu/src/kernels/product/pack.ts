// Matrix products read their operands from panels: W rows (or columns) interleaved, so that one step along the summed
// axis is one small contiguous read. Lanes beyond the edge of a ragged panel hold zeros, or the last lane again: what is
// computed on them is thrown away, but whatever lay there before may be denormal numbers, and those are slow.

import {
  type Expr,
  type FunctionBuilder,
  type FunctionRef,
  f32,
  f32x4,
  i32,
  type Local,
  type ModuleBuilder,
  v128,
} from '../../wasm/index.ts';
import { min, offset, transpose4 } from '../arithmetic.ts';

const PACK = { source: 'i32', stride: 'i32', depth: 'i32', count: 'i32', target: 'i32', pitch: 'i32' } as const;

/**
 * `target[panel][k][lane]` from a matrix: `count` lanes in all, `depth` steps, `stride` bytes between rows of `source`,
 * `pitch` bytes between panels.
 */
export type PackFunction = FunctionRef<typeof PACK, 'void'>;

/**
 * Floats of a row that are packed in one sweep: whole cache lines, and fewer pages to go through. Panels with a lane too
 * many for that take more instructions than they save.
 */
const SWEEP = 64;

/** Packs a matrix whose lanes lie side by side: `source[k][lane]`. */
export function packCopy(module: ModuleBuilder, width: number): PackFunction {
  const name = `packCopy${width}`;
  return module.once(name, () =>
    module.function(name, PACK, (f, { source, stride, depth, count, target, pitch }) => {
      /** Packs so many whole panels in one sweep over the matrix. */
      const sweep = (panels: number): void =>
        f.while(i32.geS(count, panels * width), () => {
          const from = f.let(source);
          const to = Array.from({ length: panels }, (_, i) => f.let(offset(target, pitch, i)));
          const k = f.let(depth);
          f.while(k, () => {
            to.forEach((panel, i) => {
              copyFloats(f, from, panel, width, i * width * 4);
            });
            f.increment(from, stride);
            for (const panel of to) f.increment(panel, width * 4);
            f.increment(k, -1);
          });
          f.increment(target, i32.mul(pitch, panels));
          f.increment(source, panels * width * 4);
          f.increment(count, -panels * width);
        });
      if (width % 2 === 0) sweep(Math.min(8, Math.floor(SWEEP / width)));
      sweep(1);
      f.if(i32.gtS(count, 0), () =>
        f.while(depth, () => {
          zeroFloats(f, target, width);
          f.for(0, i32.shl(count, 2), 4, (lane) =>
            f.emit(f32.store(i32.add(target, lane), f32.load(i32.add(source, lane)))),
          );
          f.increment(source, stride);
          f.increment(target, width * 4);
          f.increment(depth, -1);
        }),
      );
    }),
  );
}

/** Packs a matrix whose steps lie side by side: `source[lane][k]`. */
export function packTranspose(module: ModuleBuilder, width: number): PackFunction {
  const name = `packTranspose${width}`;
  return module.once(name, () =>
    module.function(name, PACK, (f, { source, stride, depth, count, target, pitch }) => {
      const rows = Array.from({ length: width }, () => f.local('i32'));
      f.while(i32.gtS(count, 0), () => {
        const last = f.let(i32.sub(count, 1));
        rows.forEach((row, lane) => {
          f.set(row, offset(source, min(last, lane), stride));
        });
        packRows(f, rows, depth, f.let(target));
        f.increment(target, pitch);
        f.set(source, offset(source, width, stride));
        f.increment(count, -width);
      });
    }),
  );
}

/**
 * Interleaves rows of `depth` floats into one panel. Rows come in groups of four floats, `groupBytes` apart. The row
 * pointers and `target` end up behind what was read and written.
 */
export function packRows(
  f: FunctionBuilder,
  rows: readonly Local<'i32'>[],
  depth: Expr<'i32'>,
  target: Local<'i32'>,
  groupBytes = 16,
): void {
  const width = rows.length;
  const k = f.let(depth);
  f.while(i32.geS(k, 4), () => {
    for (let first = 0; first < width; first += 4) {
      if (first + 1 === width) {
        const floats = f.let(v128.load(rows[first]!));
        for (let step = 0; step < 4; step++) f.emit(v128.store32Lane(target, floats, step, (step * width + first) * 4));
        break;
      }
      const group = Array.from({ length: 4 }, (_, i) => v128.load(rows[Math.min(first + i, width - 1)]!));
      transpose4(f, group).forEach((column, step) => {
        f.emit(storeLanes(target, column, (step * width + first) * 4, width - first));
      });
    }
    for (const row of rows) f.increment(row, groupBytes);
    f.increment(target, width * 16);
    f.increment(k, -4);
  });
  f.while(k, () => {
    rows.forEach((row, lane) => {
      f.emit(f32.store(target, f32.load(row), lane * 4));
      f.increment(row, 4);
    });
    f.increment(target, width * 4);
    f.increment(k, -1);
  });
}

function zeroFloats(f: FunctionBuilder, to: Expr<'i32'>, count: number): void {
  for (let lane = 0; lane < count; lane += 4) f.emit(storeLanes(to, f32x4.const(0), lane * 4, count - lane));
}

/** Copies a few floats, whose number is known now, from so many bytes behind `from`. */
function copyFloats(f: FunctionBuilder, from: Expr<'i32'>, to: Expr<'i32'>, count: number, behind: number): void {
  let lane = 0;
  for (; lane + 4 <= count; lane += 4) f.emit(v128.store(to, v128.load(from, behind + lane * 4), lane * 4));
  if (lane + 2 <= count) {
    f.emit(v128.store64Lane(to, v128.load64Zero(from, behind + lane * 4), 0, lane * 4));
    lane += 2;
  }
  if (lane < count) f.emit(f32.store(to, f32.load(from, behind + lane * 4), lane * 4));
}

function storeLanes(
  target: Expr<'i32'>,
  value: Expr<'v128'>,
  at: number,
  lanes: number,
): ReturnType<typeof v128.store> {
  if (lanes >= 4) return v128.store(target, value, at);
  return lanes >= 2 ? v128.store64Lane(target, value, 0, at) : v128.store32Lane(target, value, 0, at);
}
