// Elements by number, and elements written at numbers.
import {
  arange,
  concat,
  FormatError,
  formatShape,
  gather,
  oneHot,
  type Shape,
  scatterAdd,
  sizeOf,
  stridesOf,
  type Tensor,
  takeAlongAxis,
  tensor,
  UnsupportedOpError,
} from '@nablajs/tensor';
import { type Call, type OperatorTable, operator } from '../call.ts';

function gatherElements(call: Call): Tensor {
  const [x, indices] = [call.tensor(0), call.tensor(1)];
  const axis = call.axis(call.attributes.whole('axis', 0), x.rank);
  // Lanes that the indices do not reach are left out, not repeated.
  const lanes = x.slice(
    [],
    x.shape.map((size, i) => (i === axis ? size : indices.shape[i]!)),
  );
  return takeAlongAxis(lanes, indices, axis);
}

/** Rows of the flattened leading axes that tuples of indices name: `[..., k]` -> `[...]`. */
function rowsOf(indices: Tensor, sizes: Shape): Tensor {
  const wrapped = indices.less(0).where(indices.add(tensor(sizes, 'int32')), indices);
  return wrapped.mul(tensor(stridesOf(sizes), 'int32')).sum(-1);
}

function gatherND(call: Call): Tensor {
  const [x, indices] = [call.tensor(0), call.tensor(1)];
  const batch = call.attributes.whole('batch_dims', 0);
  const depth = indices.shape.at(-1) ?? 0;
  const sizes = x.shape.slice(batch, batch + depth);
  const batches = sizeOf(x.shape.slice(0, batch));
  const inner = x.shape.slice(batch + depth);
  const places = rowsOf(indices.reshape([batches, -1, depth]), sizes);
  const first = arange(batches).mul(sizeOf(sizes)).expandDims(1);
  const flat = x.reshape([batches * sizeOf(sizes), ...inner]);
  return gather(flat, places.add(first).reshape([-1])).reshape([...indices.shape.slice(0, -1), ...inner]);
}

/** Writes rows of updates at rows of `x`. Where several meet, what ONNX leaves open is their sum. */
function write(call: Call, x: Tensor, rows: Tensor, updates: Tensor): Tensor {
  const how = call.attributes.text('reduction', 'none');
  const numbers = updates.dtype === 'bool' ? updates.cast('int32') : updates;
  const sum = scatterAdd(rows, numbers, x.shape[0]!);
  if (how === 'add') return x.add(sum);
  if (how !== 'none') return combined(how, x, rows, updates);
  const touched = scatterAdd(rows, arange(rows.size).mul(0).add(1), x.shape[0]!).greater(0);
  const spread = touched.reshape([x.shape[0]!, ...new Array<number>(x.rank - 1).fill(1)]);
  return spread.where(sum.cast(x.dtype), x);
}

const COMBINATIONS: Readonly<Record<string, (x: Tensor, axis: number) => Tensor>> = {
  mul: (x, axis) => x.prod(axis),
  min: (x, axis) => x.min(axis),
  max: (x, axis) => x.max(axis),
};

/** Cells that are compared, every row with every update. */
const MOST_PAIRS = 1 << 24;

/** Products and extremes of what meets at a row, itself included. */
function combined(how: string, x: Tensor, rows: Tensor, updates: Tensor): Tensor {
  const combine = COMBINATIONS[how];
  if (!combine || x.size * rows.size > MOST_PAIRS) {
    throw new UnsupportedOpError(
      `scattering ${rows.size} rows into ${formatShape(x.shape)} with reduction = '${how}'.`,
    );
  }
  const inner = x.shape.slice(1);
  const hits = arange(x.shape[0]!).expandDims(1).equal(rows.expandDims(0));
  const spread = hits.reshape([...hits.shape, ...inner.map(() => 1)]);
  const own = x.expandDims(1);
  // What does not meet a row stands for the row itself, or for 1 in a product.
  const others = spread.where(updates.expandDims(0), how === 'mul' ? own.mul(0).add(1) : own);
  return combine(concat([own, others], 1), 1);
}

function scatterND(call: Call): Tensor {
  const [x, indices, updates] = [call.tensor(0), call.tensor(1), call.tensor(2)];
  const depth = indices.shape.at(-1) ?? 0;
  const sizes = x.shape.slice(0, depth);
  const inner = x.shape.slice(depth);
  const rows = rowsOf(indices.reshape([-1, depth]), sizes);
  return write(call, x.reshape([sizeOf(sizes), ...inner]), rows, updates.reshape([rows.size, ...inner])).reshape(
    x.shape,
  );
}

function scatterElements(call: Call): Tensor {
  const [x, indices, updates] = [call.tensor(0), call.tensor(1), call.tensor(2)];
  const axis = call.axis(call.attributes.whole('axis', 0), x.rank);
  if (indices.rank !== x.rank) throw new FormatError(`indices have ${indices.rank} axes, the data ${x.rank}.`);
  const strides = stridesOf(x.shape);
  const wrapped = indices.less(0).where(indices.add(x.shape[axis]!), indices);
  const places = indices.shape.reduce((sum, size, i) => {
    const wide = indices.shape.map((_, j) => (i === j ? size : 1));
    return sum.add(i === axis ? wrapped.mul(strides[i]!) : arange(size).reshape(wide).mul(strides[i]!));
  }, wrapped.mul(0));
  return write(call, x.flatten(), places.flatten(), updates.flatten()).reshape(x.shape);
}

function hot(call: Call): Tensor {
  const [indices, values] = [call.tensor(0), call.tensor(2)];
  const [depth = 0] = call.known(1, 'depth') ?? [];
  const axis = call.axis(call.attributes.whole('axis', -1), indices.rank + 1);
  const numbers = indices.cast('int32');
  const chosen = oneHot(numbers.less(0).where(numbers.add(depth), numbers), depth, 'bool');
  const order = Array.from({ length: indices.rank }, (_, i) => i);
  order.splice(axis, 0, indices.rank);
  const [off, on] = [values.slice([0], [1]).reshape([]), values.slice([1], [1]).reshape([])];
  return chosen.transpose(order).where(on, off);
}

/** Rows of the operators that choose elements. */
export const gatherOperators: OperatorTable = {
  Gather: operator((call) => gather(call.tensor(0), call.tensor(1), call.attributes.whole('axis', 0))),
  GatherElements: operator(gatherElements),
  GatherND: operator(gatherND),
  Scatter: operator(scatterElements),
  ScatterElements: operator(scatterElements),
  ScatterND: operator(scatterND),
  OneHot: operator(hot, 1),
};
