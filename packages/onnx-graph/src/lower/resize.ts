// Images at another size. The samples along one axis are known numbers: rows picked (nearest), or blends of two. The gradient is
// a product with the transposed matrix of their weights.
import type { ResizeAttrs, ResizeGradientAttrs, ResizeMode } from '@nablajs/tensor';
import { sizeOf } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

function nearestCell(place: number, cells: number, places: number): number {
  return Math.floor(((2 * place + 1) * cells) / (2 * places));
}

/** The cells that a place lies between, and what each contributes. */
interface Sample {
  readonly cells: readonly [number, number];
  readonly shares: readonly [number, number];
}

function sampleAt(place: number, cells: number, places: number): Sample {
  const point = Math.min(cells - 1, Math.max(0, ((place + 0.5) * cells) / places - 0.5));
  const before = Math.floor(point);
  const after = point - before;
  // A cell alone in two halves: none of another, infinite one would be NaN.
  if (after === 0) return { cells: [before, before], shares: [0.5, 0.5] };
  return { cells: [before, before + 1], shares: [1 - after, after] };
}

/** Weights [places, cells]: what each cell contributes to each place. */
function weights(cells: number, places: number, mode: ResizeMode): Float32Array {
  const matrix = new Float32Array(places * cells);
  for (let place = 0; place < places; place++) {
    if (mode === 'nearest') {
      matrix[place * cells + nearestCell(place, cells, places)] = 1;
      continue;
    }
    const sample = sampleAt(place, cells, places);
    sample.cells.forEach((cell, side) => {
      matrix[place * cells + cell]! += sample.shares[side]!;
    });
  }
  return matrix;
}

/** `axis` of `x` at another size, each place between two cells. */
function blendAxis(e: Emitter, x: Ref, axis: number, places: number): Ref {
  const samples = Array.from({ length: places }, (_, place) => sampleAt(place, x.shape[axis]!, places));
  const [before, after] = ([0, 1] as const).map((side) => {
    const cells = e.integers(samples.map((sample) => sample.cells[side]));
    const shares = Float32Array.from(samples, (sample) => sample.shares[side]);
    const shape = x.shape.map((_, i) => (i === axis ? places : 1));
    return e.binary('Mul', e.gather(x, cells, axis), e.constant(x.type, shape, shares));
  });
  return e.binary('Add', before!, after!);
}

/** `axis` of `x` multiplied by a matrix `[to, from]`. */
function mixAxis(e: Emitter, x: Ref, axis: number, matrix: Ref): Ref {
  const [to, from] = matrix.shape as [number, number];
  const inner = sizeOf(x.shape.slice(axis + 1));
  const outer = sizeOf(x.shape.slice(0, axis));
  const mixed =
    inner === 1
      ? e.gemm(e.reshape(x, [outer, from]), matrix, { transposeB: true })
      : e.matmul(matrix, e.reshape(x, [outer, from, inner]));
  return e.reshape(mixed, [...x.shape.slice(0, axis), to, ...x.shape.slice(axis + 1)]);
}

const resize: Lowering<ResizeAttrs> = ({ operands: [x], attrs: { size, mode }, spec }, e) => {
  const { order } = x!.native;
  // Halves are blended as float32 and rounded once.
  const computed = spec.dtype === 'float16' && mode === 'bilinear' ? 'float32' : spec.dtype;
  let image = e.cast(x!.whole(e, order), computed);
  size.forEach((places, i) => {
    const axis = order.indexOf(i + 1);
    const cells = image.shape[axis]!;
    if (cells === places) return;
    if (mode === 'nearest') {
      const chosen = Array.from({ length: places }, (_, place) => nearestCell(place, cells, places));
      image = e.gather(image, e.integers(chosen), axis);
    } else {
      image = blendAxis(e, image, axis, places);
    }
  });
  return new Stored(spec, e.cast(image, spec.dtype), order);
};

const resizeGradient: Lowering<ResizeGradientAttrs> = ({ operands: [dy], attrs: { inputShape, mode }, spec }, e) => {
  const { order } = dy!.native;
  let image = dy!.whole(e, order);
  inputShape.forEach((cells, i) => {
    const axis = order.indexOf(i + 1);
    const places = image.shape[axis]!;
    if (cells === places) return;
    const forward = weights(cells, places, mode);
    const transposed = Float32Array.from(forward, (_, k) => forward[(k % places) * cells + Math.floor(k / places)]!);
    image = mixAxis(e, image, axis, e.constant(spec.dtype, [cells, places], transposed));
  });
  return new Stored(spec, image, order);
};

/** Rows of resizing. */
export const resizeRows: LoweringTable = { resize, resizeGradient };
