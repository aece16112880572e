// Elements moved, repeated, cut and put together, in the order in which they lie.
import type {
  BroadcastToAttrs,
  ConcatAttrs,
  FlipAttrs,
  PadAttrs,
  ReshapeAttrs,
  SliceAttrs,
  TransposeAttrs,
} from '@nablajs/tensor';
import type { Lowering, LoweringTable } from './row.ts';
import { cheapestOrder, Stored } from './stored.ts';
import { isScalar } from './writer.ts';

const reshape: Lowering<ReshapeAttrs> = ({ operands: [x], spec }, e) =>
  // What repeats one number repeats it in any shape.
  isScalar(x!.native.ref)
    ? new Stored(spec, e.reshape(x!.native.ref, []))
    : new Stored(spec, e.reshape(x!.whole(e), spec.shape));

const transpose: Lowering<TransposeAttrs> = ({ operands: [x], attrs: { permutation }, spec }, e) =>
  x!.transposed(spec, permutation, e);

const broadcastTo: Lowering<BroadcastToAttrs> = ({ operands: [x], spec }, e) => x!.broadcast(spec, e);

const slice: Lowering<SliceAttrs> = ({ operands: [x], attrs: { starts, sizes, strides }, spec }, e) => {
  const { order } = x!.native;
  const axes = order.map((_, i) => i);
  const by = (list: readonly number[]): number[] => order.map((axis) => list[axis]!);
  return new Stored(spec, e.slice(x!.whole(e, order), axes, by(starts), by(sizes), by(strides)), order);
};

const pad: Lowering<PadAttrs> = ({ operands: [x], attrs: { low, high, value }, spec }, e) => {
  const { order } = x!.native;
  if (x!.spec.shape.includes(0)) return new Stored(spec, e.scalar(spec.dtype, value));
  const by = (list: readonly number[]): number[] => order.map((axis) => list[axis]!);
  return new Stored(spec, e.pad(x!.whole(e, order), by(low), by(high), value), order);
};

const concat: Lowering<ConcatAttrs> = ({ operands, attrs: { axis }, spec }, e) => {
  const parts = operands.filter((operand) => operand.spec.shape[axis] !== 0);
  const order = cheapestOrder(parts, spec.shape.length);
  const refs = parts.map((part) => part.whole(e, order));
  return new Stored(spec, e.concat(refs, order.indexOf(axis)), order);
};

const flip: Lowering<FlipAttrs> = ({ operands: [x], attrs: { axes }, spec }, e) => {
  const { order } = x!.native;
  const at = axes.map((axis) => order.indexOf(axis));
  const sizes = axes.map((axis) => spec.shape[axis]!);
  return new Stored(
    spec,
    e.slice(
      x!.whole(e, order),
      at,
      sizes.map((size) => size - 1),
      sizes,
      sizes.map(() => -1),
    ),
    order,
  );
};

/** Rows of the ops that only move elements. */
export const shapeRows: LoweringTable = { reshape, transpose, broadcastTo, slice, pad, concat, flip };
