// With few channels, gathering pixels and packing them costs more than multiplying them. What lies under a run of result
// pixels is copied once instead, with zeros around, so that every tap of every pixel is at a fixed distance from the
// pixel's corner: the product reads it there.

import {
  type Expr,
  type FunctionBuilder,
  type FunctionRef,
  f32,
  i32,
  type Local,
  type ModuleBuilder,
  memory,
  select,
  v128,
} from '../../wasm/index.ts';
import { element, max, min, offset } from '../arithmetic.ts';
import { GRID } from '../gather.ts';
import { type WindowShape, windowAxes } from '../geometry.ts';

const COPY = {
  /** The run: `count` pixels from number `first` on, of one image; of one row, or all rows are copied whole. */
  first: 'i32',
  count: 'i32',
  /** Where the copy goes. */
  patch: 'i32',
  /** Gets the address of each pixel's corner; then that of the copy, up to `capacity` entries. */
  corners: 'i32',
  capacity: 'i32',
  /** Gets the distance of each (tap, channel) from the corner, in bytes. */
  taps: 'i32',
} as const;

const PATCH: typeof GRID & typeof COPY = { ...GRID, ...COPY };

/** Copies what lies under a run of pixels, and says where its parts are. Pixels are tight: `source2` bytes apart. */
export function copyPatch(module: ModuleBuilder): FunctionRef<typeof PATCH, 'void'> {
  return module.once('copyPatch', () =>
    module.function('copyPatch', PATCH, (f, p) => {
      const within = f.let(i32.remU(p.first, i32.mul(p.grid1, p.grid2)));
      const image = f.let(i32.divU(p.first, i32.mul(p.grid1, p.grid2)));
      const firstRow = f.let(i32.divU(within, p.grid2));
      const lastRow = f.let(i32.divU(i32.sub(i32.add(within, p.count), 1), p.grid2));
      const x = f.let(i32.remU(within, p.grid2));
      const left = f.let(x);
      const across = f.let(p.count);
      f.if(i32.ne(firstRow, lastRow), () => {
        f.set(left, 0);
        f.set(across, p.grid2);
      });
      const span = (results: Expr<'i32'>, step: Local<'i32'>, taps: Local<'i32'>, reach: Local<'i32'>) =>
        f.let(i32.add(i32.add(i32.mul(results, step), i32.mul(i32.sub(taps, 1), reach)), 1));
      const high = span(i32.sub(lastRow, firstRow), p.step1, p.taps1, p.reach1);
      const wide = span(i32.sub(across, 1), p.step2, p.taps2, p.reach2);
      const pitch = f.let(i32.mul(wide, p.source2));
      f.emit(memory.fill(p.patch, 0, i32.mul(high, pitch)));

      const fromX = f.let(i32.add(i32.mul(left, p.step2), p.origin2));
      const endX = f.let(i32.add(fromX, wide));
      const firstX = f.let(max(fromX, 0));
      const bytes = f.let(i32.mul(i32.sub(min(endX, p.limit2), firstX), p.source2));
      const y = f.let(i32.add(i32.mul(firstRow, p.step1), p.origin1));
      const target = f.let(offset(p.patch, i32.sub(firstX, fromX), p.source2));
      f.for(0, high, 1, () => {
        f.if(i32.ltU(y, p.limit1), () => {
          const source = f.let(offset(offset(p.source, image, p.sourceBatch), y, p.source1));
          f.set(source, offset(source, firstX, p.source2));
          const at = f.let(i32.const(0));
          f.while(i32.leS(at, i32.sub(bytes, 16)), () => {
            f.emit(v128.store(i32.add(target, at), v128.load(i32.add(source, at))));
            f.increment(at, 16);
          });
          f.while(i32.ltS(at, bytes), () => {
            f.emit(f32.store(i32.add(target, at), f32.load(i32.add(source, at))));
            f.increment(at, 4);
          });
        });
        f.increment(y, 1);
        f.increment(target, pitch);
      });

      const line = f.let(p.patch);
      const column = f.let(i32.sub(x, left));
      f.for(0, p.count, 1, (i) => {
        f.emit(i32.store(element(p.corners, i), offset(line, column, i32.mul(p.step2, p.source2))));
        f.increment(column, 1);
        f.if(i32.eq(column, across), () => {
          f.set(column, 0);
          f.increment(line, i32.mul(p.step1, pitch));
        });
      });
      f.for(p.count, p.capacity, 1, (i) => f.emit(i32.store(element(p.corners, i), p.patch)));

      const entry = f.let(p.taps);
      f.for(0, p.taps1, 1, (t1) => {
        f.for(0, p.taps2, 1, (t2) => {
          const away = i32.add(i32.mul(i32.mul(t1, p.reach1), pitch), i32.mul(i32.mul(t2, p.reach2), p.source2));
          f.for(0, p.source2, 4, (channel) => {
            f.emit(i32.store(entry, i32.add(away, channel)));
            f.increment(entry, 4);
          });
        });
      });
    }),
  );
}

/** Visits the pixels `[first, end)` in runs that {@link copyPatch} takes, of at most `block`. */
export function forEachRun(
  f: FunctionBuilder,
  p: { readonly grid1: Local<'i32'>; readonly grid2: Local<'i32'> },
  { first, end, block }: { readonly [K in 'first' | 'end' | 'block']: Local<'i32'> },
  body: (pixel: Local<'i32'>, count: Local<'i32'>) => void,
): void {
  const image = f.let(i32.mul(p.grid1, p.grid2));
  const stretch = f.let(select(i32.gtU(p.grid2, block), p.grid2, image));
  const pixel = f.let(first);
  f.while(i32.ltS(pixel, end), () => {
    const count = f.let(i32.sub(end, pixel));
    f.set(count, min(count, block));
    const left = f.let(i32.sub(stretch, i32.remU(pixel, stretch)));
    f.set(count, min(count, left));
    body(pixel, count);
    f.increment(pixel, count);
  });
}

/** The most floats that a copy takes for runs of at most `block` pixels. */
export function patchFloats(shape: WindowShape, channels: number, block: number): number {
  const [, y, x] = windowAxes(shape);
  const rows = x.output > block ? 1 : Math.ceil((block - 1) / x.output) + 1;
  const across = Math.min(block, x.output);
  const high = (Math.min(rows, y.output) - 1) * y.stride + (y.taps - 1) * y.dilation + 1;
  const wide = (across - 1) * x.stride + (x.taps - 1) * x.dilation + 1;
  return high * wide * channels;
}
