// Rows by number, and its transpose: adding rows up at numbers.
import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, formatSpec, type Spec, sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { iotaLike } from './constant.ts';
import { normalizeAxis, requireDType } from './infer.ts';

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

/** One entry per lane along `axis`: indices in range, the other axes equal. */
export function takeLanes(x: Tensor, indices: Tensor, axis: number): Tensor {
  const inner = sizeOf(x.shape.slice(axis + 1));
  const lanes = [sizeOf(x.shape.slice(0, axis)), indices.shape[axis]!, inner];
  const first = iotaLike(x, lanes, 0)
    .mul(x.shape[axis]! * inner)
    .add(iotaLike(x, lanes, 2));
  const flat = indices.reshape(lanes).mul(inner).add(first);
  return gatherOp([x.reshape([x.size]), flat.reshape([indices.size])], { axis: 0 }).reshape(indices.shape);
}

/** Indices with the negative ones counted from the end. */
export function fromEnd(indices: Tensor, size: number): Tensor {
  return indices.less(0).where(indices.add(size), indices);
}
