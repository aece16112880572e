import { min, offset } from '../../kernels/arithmetic.ts';
import { defineKernel, type Kernel } from '../../kernels/kernel.ts';
import { forEachChunk } from '../../kernels/windows.ts';
import { f32, f32x4, i32, madd } from '../../wasm/index.ts';

/** Columns of a unit: a cache line. */
export const MOMENTS_STRIP = 16;

const MOMENTS = {
  x: 'i32',
  /** Two rows: the sums of the columns, and their sums of squared distances from the mean. */
  y: 'i32',
  rows: 'i32',
  /** Bytes of a row. */
  row: 'i32',
  /** The most rows taken together. */
  chunk: 'i32',
} as const;

/**
 * Sums and centred sums of squares of columns in one pass; units are strips of columns.
 *
 * Rows are taken in chunks, each no longer than all before it, and measured from a float `c` close to the mean of the `n`
 * rows before. That mean is `c + d`, kept as its distance from the first row, so that far from 0 it has more digits than a
 * float. With `s` the sum of `x - c` over `m` more rows plus `n d`, and `q` the sum of its squares plus `n d^2`, the mean
 * becomes `c + s / (n + m)`, and `q - s^2 / (n + m)` is added to the sum of squares: from Chan, Golub and LeVeque, "Updating
 * formulae and a pairwise algorithm for computing sample variances", 1979. As `m <= n`, at most half of `q` is taken away:
 * no digits are lost, however large the mean.
 */
export const moments: Kernel<typeof MOMENTS> = defineKernel('moments', MOMENTS, (f, p, { options }) => {
  const fused = madd(options.relaxed);
  const first = f.let(i32.shl(p.begin, 6));
  const left = f.let(i32.sub(p.row, first));
  const wanted = f.let(i32.shl(i32.sub(p.end, p.begin), 6));
  const columns = f.let(i32.shrU(min(left, wanted), 2));
  const means = f.let(i32.add(p.y, first));
  const squares = f.let(i32.add(means, p.row));
  const source = f.let(i32.add(p.x, first));
  forEachChunk(f, columns, (at, chunk) => {
    for (let i = 0; i < chunk.vectors; i++) {
      f.emit(chunk.store(i32.add(means, at), f32x4.const(0), i));
      f.emit(chunk.store(i32.add(squares, at), f32x4.const(0), i));
    }
  });
  const firsts = f.let(source);
  f.increment(source, p.row);
  const before = f.local('i32');
  f.set(before, 1);
  f.while(i32.ltU(before, p.rows), () => {
    const room = f.let(i32.sub(p.rows, before));
    const most = f.let(min(before, p.chunk));
    const count = f.let(min(most, room));
    const known = f.let(f32x4.splat(f32.convertS(before)));
    f.increment(before, count);
    const share = f.let(f32x4.splat(f32.div(1, f32.convertS(before))));
    forEachChunk(f, columns, (at, chunk) => {
      const lanes = Array.from({ length: chunk.vectors }, (_, i) => i);
      const mean = f.let(i32.add(means, at));
      const square = f.let(i32.add(squares, at));
      const first = lanes.map((i) => f.let(chunk.load(i32.add(firsts, at), i)));
      const shift = lanes.map((i) => f.let(f32x4.add(first[i]!, chunk.load(mean, i))));
      const sums = lanes.map(() => f.let(f32x4.const(0)));
      const powers = lanes.map(() => f.let(f32x4.const(0)));
      const x = f.let(i32.add(source, at));
      f.for(0, count, 1, () => {
        for (const i of lanes) {
          const distance = f.let(f32x4.sub(chunk.load(x, i), shift[i]!));
          f.set(sums[i]!, f32x4.add(sums[i]!, distance));
          f.set(powers[i]!, fused(distance, distance, powers[i]!));
        }
        f.increment(x, p.row);
      });
      for (const i of lanes) {
        const moved = f.let(f32x4.sub(shift[i]!, first[i]!));
        const missing = f.let(f32x4.sub(chunk.load(mean, i), moved));
        const before = f.let(f32x4.mul(known, missing));
        const sum = f.let(f32x4.add(sums[i]!, before));
        const step = f.let(f32x4.mul(sum, share));
        const power = f32x4.add(powers[i]!, f32x4.mul(before, missing));
        const gain = f.let(f32x4.sub(power, f32x4.mul(step, sum)));
        f.emit(chunk.store(mean, f32x4.add(moved, step), i));
        f.emit(chunk.store(square, f32x4.add(chunk.load(square, i), gain), i));
      }
    });
    f.set(source, offset(source, count, p.row));
  });
  const total = f.let(f32x4.splat(f32.convertS(p.rows)));
  forEachChunk(f, columns, (at, chunk) => {
    const mean = f.let(i32.add(means, at));
    for (let i = 0; i < chunk.vectors; i++) {
      const whole = f.let(f32x4.add(chunk.load(i32.add(firsts, at), i), chunk.load(mean, i)));
      f.emit(chunk.store(mean, f32x4.mul(whole, total), i));
    }
  });
});
