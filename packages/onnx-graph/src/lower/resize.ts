// Images at another size. The samples along one axis are known numbers: rows picked (nearest), or a matrix of weights
// with at most two per row. Its transpose is the gradient.
import type { ResizeAttrs, ResizeGradientAttrs, ResizeMode } from '@nablajs/tensor';
import { sizeOf } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

function nearestCell(place: number, cells: number, places: number): number {
  return Math.floor(((2 * place + 1) * cells) / (2 * places));
}

/** Weights [places, cells]: what each cell contributes to each place. */
function weights(cells: number, places: number, mode: ResizeMode): Float32Array {
  const matrix = new Float32Array(places * cells);
  for (let place = 0; place < places; place++) {
    if (mode === 'nearest') {
      matrix[place * cells + nearestCell(place, cells, places)] = 1;
      continue;
    }
    const point = Math.min(cells - 1, Math.max(0, ((place + 0.5) * cells) / places - 0.5));
    const before = Math.floor(point);
    matrix[place * cells + before]! += 1 - (point - before);
    if (point > before) matrix[place * cells + before + 1]! += point - before;
  }
  return matrix;
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
  let image = x!.whole(e, order);
  size.forEach((places, i) => {
    const axis = order.indexOf(i + 1);
    const cells = image.shape[axis]!;
    if (cells === places) return;
    if (mode === 'nearest') {
      const chosen = Array.from({ length: places }, (_, place) => nearestCell(place, cells, places));
      image = e.gather(image, e.integers(chosen), axis);
    } else {
      image = mixAxis(e, image, axis, e.constant(spec.dtype, [places, cells], weights(cells, places, mode)));
    }
  });
  return new Stored(spec, image, order);
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
