// Reductions, positions of extremes, running totals, order.
import { arange, argsort, cumsum, type ReduceOptions, type Tensor, takeAlongAxis, topK } from '@nablajs/tensor';
import { type Call, isWhole, type Operator, type OperatorTable, operator } from '../call.ts';
import { toFirst, Value } from '../value.ts';

type Reduction = (x: Tensor, axes: readonly number[], options: ReduceOptions) => Tensor;

function reduction(reduce: Reduction): Operator {
  return operator((call) => {
    const x = call.value(0);
    const { rank } = x;
    const given = call.listed('axes', 1);
    if ((given === undefined || given.length === 0) && call.attributes.flag('noop_with_empty_axes')) {
      return reduce === sumSquare || reduce === l1 || reduce === l2
        ? x.map((y) => reduce(y, [], { keepDims: true }))
        : x;
    }
    const every = Array.from({ length: rank }, (_, axis) => axis);
    const axes = given && given.length > 0 ? given.map((axis) => call.axis(axis, rank)) : every;
    const keepDims = call.attributes.flag('keepdims', true);
    if (!x.isLast) return reduce(x.tensor, axes, { keepDims });
    const moved = axes.map((axis) => toFirst(rank)[axis]!);
    if (keepDims) return Value.channelsLast(reduce(x.last, moved, { keepDims }));
    // Batch and channels remain in their order when all spatial axes go.
    const spatial = axes.length === rank - 2 && axes.every((axis) => axis >= 2);
    return spatial ? reduce(x.last, moved, { keepDims }) : reduce(x.tensor, axes, { keepDims });
  }, 1);
}

const l1: Reduction = (x, axes, options) => x.abs().sum(axes, options);
const l2: Reduction = (x, axes, options) => x.cast('float32').square().sum(axes, options).sqrt().cast(x.dtype);
const sumSquare: Reduction = (x, axes, options) => x.mul(x).sum(axes, options);
const mean: Reduction = (x, axes, options) => x.mean(axes, options).cast(x.dtype);

function extreme(find: (x: Tensor, axis: number) => Tensor): Operator {
  return operator((call) => {
    const x = call.tensor(0);
    const axis = call.axis(call.attributes.whole('axis', 0), x.rank);
    const last = call.attributes.flag('select_last_index');
    const place = last
      ? find(x.flip(axis), axis)
          .neg()
          .add(x.shape[axis]! - 1)
      : find(x, axis);
    return call.attributes.flag('keepdims', true) ? place.expandDims(axis) : place;
  });
}

function largest(call: Call): readonly Tensor[] {
  const x = call.tensor(0);
  const axis = call.axis(call.attributes.whole('axis', -1), x.rank);
  const k = call.wholes(1, 'k')?.[0] ?? call.attributes.whole('k', 1);
  if (call.attributes.flag('largest', true)) {
    const { values, indices } = topK(x, k, axis);
    return [values, indices];
  }
  const sizes = x.shape.map((size, i) => (i === axis ? Math.min(k, size) : size));
  const indices = argsort(x, axis).slice([], sizes);
  return [takeAlongAxis(x, indices, axis), indices];
}

/** 1 at the largest element along an axis, 0 elsewhere; up to opset 12 over all axes from there on. */
function hardmax(call: Call): Tensor {
  const x = call.tensor(0);
  const axis = call.axis(call.attributes.whole('axis', call.opset < 13 ? 1 : -1), x.rank);
  if (call.opset < 13) return oneAtLargest(flattenFrom(x, axis), 1).reshape(x.shape);
  return oneAtLargest(x, axis);
}

function oneAtLargest(x: Tensor, axis: number): Tensor {
  const numbers = arange(x.shape[axis]!).reshape(x.shape.map((size, i) => (i === axis ? size : 1)));
  return numbers.equal(x.argMax(axis).expandDims(axis)).cast(x.dtype);
}

function flattenFrom(x: Tensor, axis: number): Tensor {
  const rows = x.shape.slice(0, axis).reduce((product, size) => product * size, 1);
  return x.reshape([rows, x.shape.slice(axis).reduce((product, size) => product * size, 1)]);
}

function soft(f: (x: Tensor, axis: number) => Tensor): Operator {
  return operator((call) => {
    const x = call.value(0);
    const axis = call.axis(call.attributes.whole('axis', call.opset < 13 ? 1 : -1), x.rank);
    if (call.opset < 13) return f(flattenFrom(x.tensor, axis), 1).reshape(x.shape);
    return x.isLast ? Value.channelsLast(f(x.last, toFirst(x.rank)[axis]!)) : f(x.tensor, axis);
  });
}

/** Rows of the operators along axes. */
export const reduceOperators: OperatorTable = {
  ReduceSum: reduction((x, axes, options) => x.sum(axes, options)),
  ReduceMean: reduction(mean),
  ReduceProd: reduction((x, axes, options) => x.prod(axes, options)),
  ReduceMax: reduction((x, axes, options) => x.max(axes, options).cast(x.dtype)),
  ReduceMin: reduction((x, axes, options) => x.min(axes, options).cast(x.dtype)),
  ReduceL1: reduction(l1),
  ReduceL2: reduction(l2),
  ReduceSumSquare: reduction(sumSquare),
  ReduceLogSum: reduction((x, axes, options) => x.sum(axes, options).log()),
  ReduceLogSumExp: reduction((x, axes, options) => (isWhole(x.dtype) ? x.cast('float32') : x).logSumExp(axes, options)),
  ArgMax: extreme((x, axis) => x.argMax(axis)),
  ArgMin: extreme((x, axis) => x.argMin(axis)),
  TopK: operator(largest, 1),
  CumSum: operator((call) => {
    const [axis = 0] = call.wholes(1, 'axis') ?? [];
    const { attributes } = call;
    const options = { exclusive: attributes.flag('exclusive'), reverse: attributes.flag('reverse') };
    return cumsum(call.tensor(0), axis, options);
  }, 1),
  Softmax: soft((x, axis) => x.softmax(axis)),
  LogSoftmax: soft((x, axis) => x.logSoftmax(axis)),
  Hardmax: operator(hardmax),
};
