// Reductions. ONNX Runtime's maxima and winners do not see NaN; Nabla's do, so NaN is looked for separately.
import { type ArgAttrs, type ReduceAttrs, type Spec, sizeOf } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { naturalOrder, Stored } from './stored.ts';
import type { Ref } from './writer.ts';

interface Placed {
  readonly ref: Ref;
  /** Where the reduced axes lie in the tensor. */
  readonly axes: readonly number[];
  /** Puts a reduced tensor back among the values. */
  readonly store: (ref: Ref) => Stored;
}

/** The operand in the order it lies in, smaller where it repeats along axes that stay. */
function place(e: Emitter, x: Stored, axes: readonly number[], keepDims: boolean, spec: Spec): Placed {
  const { order } = x.native;
  const compact = x.rank === x.native.ref.shape.length ? x.native.ref : x.whole(e, order);
  const at = axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b);
  const repeats = at.some((axis) => compact.shape[axis] !== x.spec.shape[order[axis]!]);
  const kept = keepDims ? order : order.filter((axis) => !axes.includes(axis));
  const remaining = [...kept].sort((a, b) => a - b);
  return {
    ref: repeats ? x.whole(e, order) : compact,
    axes: at,
    store: (ref) =>
      new Stored(
        spec,
        ref,
        kept.map((axis) => remaining.indexOf(axis)),
      ),
  };
}

/**
 * ONNX Runtime sums integers in float64 and cuts off what is too large (on CUDA in float32, where they lose digits): here
 * they are summed in float64 as such, and wrap around as int32 does.
 */
const sum: Lowering<ReduceAttrs> = ({ operands: [x], attrs: { axes, keepDims }, spec }, e) => {
  if (x!.spec.shape.includes(0)) return new Stored(spec, e.scalar(spec.dtype, 0));
  if (x!.blocked?.type === 'float32' && axes.join() === '0,1,2') {
    const sums = (x!.parts?.refs ?? [x!.blocked]).map((part) => sumPerChannel(e, part));
    return new Stored(spec, e.reshape(e.variadic('Sum', sums), spec.shape));
  }
  const { ref, axes: at, store } = place(e, x!, axes, keepDims, spec);
  if (ref.type !== 'int32') return store(floatSum(e, ref, at, keepDims));
  return store(e.cast(e.cast(e.reduce('ReduceSum', e.cast(ref, 'float64'), at, keepDims), 'int64'), 'int32'));
};

/** Rows for which ones are kept to sum columns with. */
const MOST_ROWS = 4096;

/**
 * A product with ones sums the columns of a matrix up to ten times faster than ONNX Runtime's ReduceSum on the CPU. Only in
 * models that are run at once: in a file it would hide what is meant, and fix the number of rows.
 */
function floatSum(e: Emitter, x: Ref, axes: readonly number[], keepDims: boolean): Ref {
  const [rows, columns] = x.shape as [number, number];
  const isColumns = x.shape.length === 2 && axes.join() === '0' && rows <= MOST_ROWS && columns > 1;
  if (e.target.block === 0 || !isColumns) return e.reduce('ReduceSum', x, axes, keepDims);
  return e.node(
    'MatMul',
    [e.fill(x.type, keepDims ? [1, rows] : [rows], 1), x],
    x.type,
    keepDims ? [1, columns] : [columns],
  );
}

/** Images in blocks of channels summed over all but the channels: one axis at a time, which ONNX Runtime does by vectors. */
function sumPerChannel(e: Emitter, image: Ref): Ref {
  const [images, blocks, height, width, block] = image.shape as [number, number, number, number, number];
  const perImage = e.reduce('ReduceSum', e.reshape(image, [images * blocks, height * width, block]), [1], false);
  return floatSum(e, e.reshape(perImage, [images, blocks * block]), [0], false);
}

const prod: Lowering<ReduceAttrs> = ({ operands: [x], attrs: { axes, keepDims }, spec }, e) => {
  if (x!.spec.shape.includes(0)) return new Stored(spec, e.scalar(spec.dtype, 1));
  if (spec.dtype === 'int32') return new Stored(spec, e.reshape(integerProduct(e, x!, axes), spec.shape));
  const { ref, axes: at, store } = place(e, x!, axes, keepDims, spec);
  return store(e.reduce('ReduceProd', ref, at, keepDims));
};

/** ReduceProd cuts off integers that are too large; Mul wraps around. So factors are multiplied in pairs. */
function integerProduct(e: Emitter, x: Stored, axes: readonly number[]): Ref {
  const kept = naturalOrder(x.rank).filter((axis) => !axes.includes(axis));
  const length = sizeOf(axes.map((axis) => x.spec.shape[axis]!));
  const rows = sizeOf(kept.map((axis) => x.spec.shape[axis]!));
  let factors = e.reshape(x.whole(e, [...kept, ...axes]), [rows, length]);
  for (let left = length; left > 1; left = Math.ceil(left / 2)) {
    const half = Math.floor(left / 2);
    const product = e.binary('Mul', e.slice(factors, [1], [0], [half]), e.slice(factors, [1], [half], [half]));
    factors = left % 2 === 0 ? product : e.concat([product, e.slice(factors, [1], [left - 1], [1])], 1);
  }
  return factors;
}

function extreme(op: string, sign: number): Lowering<ReduceAttrs> {
  return ({ operands: [x], attrs: { axes, keepDims }, spec }, e) => {
    const integers = spec.dtype === 'int32';
    const identity = sign * (integers ? (sign < 0 ? 2 ** 31 : 2 ** 31 - 1) : Number.POSITIVE_INFINITY);
    if (x!.spec.shape.includes(0)) return new Stored(spec, e.scalar(spec.dtype, identity));
    const placed = place(e, x!, axes, keepDims, spec);
    if (integers) {
      // CUDA compares integers in float32; float64 holds them exactly.
      const wide = e.target.device === 'cuda' ? e.cast(placed.ref, 'float64') : placed.ref;
      return placed.store(e.cast(e.reduce(op, wide, placed.axes, keepDims), 'int32'));
    }
    const best = e.reduce(op, placed.ref, placed.axes, keepDims);
    if (axes.length === 0) return placed.store(best);
    return placed.store(e.where(anyNaN(e, placed, keepDims), e.scalar(spec.dtype, Number.NaN), best));
  };
}

/** Whether NaN is among the reduced elements. */
function anyNaN(e: Emitter, { ref, axes }: Placed, keepDims: boolean): Ref {
  // The largest of booleans has a kernel on the CPU only.
  const found = e.unary('IsNaN', ref, 'bool');
  if (e.target.device === 'cpu') return e.reduce('ReduceMax', found, axes, keepDims);
  return e.cast(e.reduce('ReduceMax', e.cast(found, 'float32'), axes, keepDims), 'bool');
}

function winner(op: string, loser: number): Lowering<ArgAttrs> {
  return ({ operands: [x], attrs: { axis }, spec }, e) => {
    const placed = place(e, x!, [axis], false, spec);
    const at = { axis: placed.axes[0]!, keepdims: 0, select_last_index: 0 };
    const shape = placed.ref.shape.filter((_, i) => i !== at.axis);
    const best = (values: Ref, name: string): Ref => e.cast(e.node(name, [values], 'int64', shape, at), 'int32');
    if (placed.ref.type === 'int32') {
      // CUDA looks for the largest among floats only; float64 holds integers exactly.
      return placed.store(best(e.target.device === 'cuda' ? e.cast(placed.ref, 'float64') : placed.ref, op));
    }
    const nan = e.unary('IsNaN', placed.ref, 'bool');
    const marks = e.cast(nan, 'float32');
    const any = e.cast(e.reduce('ReduceMax', marks, placed.axes, false), 'bool');
    const numbers = e.where(nan, e.scalar(placed.ref.type, loser), placed.ref);
    return placed.store(e.where(any, best(marks, 'ArgMax'), best(numbers, op)));
  };
}

/** Rows of the reductions. */
export const reduceRows: LoweringTable = {
  sum,
  prod,
  max: extreme('ReduceMax', -1),
  min: extreme('ReduceMin', 1),
  argMax: winner('ArgMax', Number.NEGATIVE_INFINITY),
  argMin: winner('ArgMin', Number.POSITIVE_INFINITY),
};
