// Rows by number, and its transpose: adding rows up at numbers.
import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, formatSpec, type Spec, sameShape, sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { iotaLike, scalarLike } from './constant.ts';
import { broadcastShapes, normalizeAxis, requireCount, requireDType } from './infer.ts';

/** Attrs of {@link gatherOp}. */
export type GatherAttrs = { readonly axis: number };

/** `x`, int32 indices of rank 1 -> `x` with `axis` replaced by the chosen entries; 0 where an index is out of range. */
export const gatherOp: Op<GatherAttrs> = defineOp<GatherAttrs>({
  name: 'gather',
  infer: ([x, indices], { axis }) => {
    requireIndices('gather', indices!);
    return { shape: x!.shape.map((size, i) => (i === axis ? indices!.shape[0]! : size)), dtype: x!.dtype };
  },
  vjp: ({ dy, inputs: [x, indices], attrs: { axis } }) => [
    scatterAddOp([indices!, dy], { axis, size: x!.shape[axis]! }),
    null,
  ],
});

/** Attrs of {@link scatterAddOp}. */
export type ScatterAddAttrs = { readonly axis: number; readonly size: number };

/** int32 indices of rank 1, updates -> zeros of `size` along `axis` with the updates added; out of range ones are dropped. */
export const scatterAddOp: Op<ScatterAddAttrs> = defineOp<ScatterAddAttrs>({
  name: 'scatterAdd',
  infer: ([indices, updates], { axis, size }) => {
    requireIndices('scatterAdd', indices!);
    requireDType('scatterAdd', updates!, 'number');
    if (updates!.shape[axis] !== indices!.shape[0]) {
      throw new ShapeError(
        `scatterAdd: ${indices!.shape[0]} indices need as many updates along axis ${axis}, got ${formatShape(updates!.shape)}.`,
      );
    }
    return { shape: updates!.shape.map((length, i) => (i === axis ? size : length)), dtype: updates!.dtype };
  },
  vjp: ({ dy, inputs: [indices], attrs: { axis } }) => [null, gatherOp([dy, indices!], { axis })],
  flops: ([, updates]) => sizeOf(updates!.shape),
});

function requireIndices(name: string, indices: Spec): void {
  requireDType(name, indices, ['int32']);
  if (indices.shape.length !== 1) {
    throw new ShapeError(
      `${name}: the op takes indices of rank 1, got ${formatSpec(indices)}. The function ${name}() takes any rank.`,
    );
  }
}

/**
 * Entries of `x` along `axis` (default 0) by number, as `numpy.take`: `[...before, size, ...after]` and int32 indices of any
 * shape -> `[...before, ...indices, ...after]`. Negative indices count from the end; what is out of range reads as 0.
 * @example gather(embeddings, tokens) // [vocabulary, width], [batch, steps] -> [batch, steps, width]
 */
export function gather(x: Tensor, indices: Tensor, axis: number = 0): Tensor {
  const at = normalizeAxis('gather', axis, x.rank);
  requireDType('gather', indices.spec, ['int32']);
  const rows = gatherOp([x, fromEnd(indices, x.shape[at]!).reshape([indices.size])], { axis: at });
  return rows.reshape([...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)]);
}

/**
 * The transpose of {@link gather}: zeros with `size` entries along `axis`, and each update added at its index. `updates`
 * are `[...before, ...indices, ...after]`. Negative indices count from the end; what is out of range is dropped.
 */
export function scatterAdd(indices: Tensor, updates: Tensor, size: number, axis: number = 0): Tensor {
  requireDType('scatterAdd', indices.spec, ['int32']);
  requireCount('scatterAdd', 'size', size);
  const rank = updates.rank - indices.rank + 1;
  const at = normalizeAxis('scatterAdd', axis, Math.max(0, rank));
  const inner = updates.shape.slice(at, at + indices.rank);
  if (!sameShape(inner, indices.shape)) {
    throw new ShapeError(
      `scatterAdd: indices ${formatShape(indices.shape)} need updates with these axes from axis ${at} on, got ${formatShape(updates.shape)}.`,
    );
  }
  const rows = updates.reshape([
    ...updates.shape.slice(0, at),
    indices.size,
    ...updates.shape.slice(at + indices.rank),
  ]);
  return scatterAddOp([fromEnd(indices, size).reshape([indices.size]), rows], { axis: at, size });
}

/**
 * One entry per lane along `axis` (default: the last), as `numpy.take_along_axis`: `x` and int32 indices of one rank,
 * their other axes broadcast. Negative indices count from the end; what is out of range reads as 0.
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number = -1): Tensor {
  const at = normalizeAxis('takeAlongAxis', axis, x.rank);
  requireDType('takeAlongAxis', indices.spec, ['int32']);
  if (indices.rank !== x.rank) {
    throw new ShapeError(
      `takeAlongAxis: indices ${formatShape(indices.shape)} must have the rank of ${formatShape(x.shape)}. Use gather for one list of indices, or expandDims.`,
    );
  }
  const others = broadcastShapes(
    'takeAlongAxis',
    ...[x, indices].map(({ shape }) => shape.map((size, i) => (i === at ? 1 : size))),
  );
  const grown = (size: number): number[] => others.map((other, i) => (i === at ? size : other));
  const size = x.shape[at]!;
  const counted = fromEnd(indices, size);
  const nowhere = counted.less(0).logicalOr(counted.greaterEqual(size)).broadcastTo(grown(indices.shape[at]!));
  // In the flattened tensor an index out of range would land in a neighbouring lane.
  const safe = nowhere.where(0, counted);
  return nowhere.where(scalarLike(x, 0), takeLanes(x.broadcastTo(grown(size)), safe, at));
}

/** {@link takeAlongAxis} for indices known to be in range, the other axes equal. */
export function takeLanes(x: Tensor, indices: Tensor, axis: number): Tensor {
  const inner = sizeOf(x.shape.slice(axis + 1));
  const lanes = [sizeOf(x.shape.slice(0, axis)), indices.shape[axis]!, inner];
  const first = iotaLike(x, lanes, 0)
    .mul(x.shape[axis]! * inner)
    .add(iotaLike(x, lanes, 2));
  const flat = indices.reshape(lanes).mul(inner).add(first);
  return gatherOp([x.reshape([x.size]), flat.reshape([indices.size])], { axis: 0 }).reshape(indices.shape);
}

function fromEnd(indices: Tensor, size: number): Tensor {
  return indices.less(0).where(indices.add(size), indices);
}
