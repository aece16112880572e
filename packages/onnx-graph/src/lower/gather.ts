// Rows by number, and rows added up at numbers. What is out of range reads as 0 and is dropped.
import type { GatherAttrs, ScatterAddAttrs } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

function outOfRange(e: Emitter, indices: Ref, size: number): Ref {
  const negative = e.binary('Less', indices, e.scalar('int32', 0), 'bool');
  return e.binary('Or', negative, e.binary('LessOrEqual', e.scalar('int32', size), indices, 'bool'));
}

/** A list as long as one axis, shaped so that it broadcasts along it. */
function along(e: Emitter, list: Ref, axis: number, rank: number): Ref {
  const shape = new Array<number>(rank).fill(1);
  shape[axis] = list.shape[0]!;
  return e.reshape(list, shape);
}

const gather: Lowering<GatherAttrs> = ({ operands: [x, indices], attrs: { axis }, spec }, e) => {
  const size = x!.spec.shape[axis]!;
  if (size === 0) return new Stored(spec, e.scalar(spec.dtype, 0));
  const { order } = x!.native;
  const at = order.indexOf(axis);
  const list = indices!.whole(e);
  const outside = outOfRange(e, list, size);
  const chosen = e.gather(x!.whole(e, order), e.where(outside, e.scalar('int32', 0), list), at);
  const nowhere = along(e, outside, at, order.length);
  const result =
    spec.dtype === 'bool'
      ? e.binary('And', chosen, e.unary('Not', nowhere))
      : e.where(nowhere, e.scalar(spec.dtype, 0), chosen);
  return new Stored(spec, result, order);
};

const scatterAdd: Lowering<ScatterAddAttrs> = ({ operands: [indices, updates], attrs: { axis, size }, spec }, e) => {
  if (updates!.spec.shape.includes(0)) return new Stored(spec, e.scalar(spec.dtype, 0));
  // Rows first: one index then stands for a whole row.
  const rank = spec.shape.length;
  const order = [axis, ...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis)];
  const rows = updates!.whole(e, order);
  const list = indices!.whole(e);
  // What is dropped lands in a row of its own, which is cut off.
  const kept = e.where(outOfRange(e, list, size), e.scalar('int32', size), list);
  const zeros = e.fill(spec.dtype, [size + 1, ...rows.shape.slice(1)], 0);
  const places = e.reshape(e.cast(kept, 'int64'), [list.shape[0]!, 1]);
  const sums = e.node('ScatterND', [zeros, places, rows], spec.dtype, zeros.shape, { reduction: 'add' });
  return new Stored(spec, e.slice(sums, [0], [0], [size]), order);
};

/** Rows of gather and its transpose. */
export const gatherRows: LoweringTable = { gather, scatterAdd };
