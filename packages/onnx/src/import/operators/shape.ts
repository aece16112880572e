// Elements in another shape or place.
import {
  arange,
  broadcastTo,
  concat,
  FormatError,
  formatShape,
  gather,
  type Shape,
  sizeOf,
  type Tensor,
  tensor,
  tile,
} from '@nablajs/tensor';
import { type Call, type OperatorTable, operator, requireFew } from '../call.ts';
import { toFirst, Value } from '../value.ts';

const MOST_PARTS = 10_000;
/** Cells along an axis that are listed one by one. */
const MOST_CELLS = 1 << 24;

/** The shape a Reshape means: 0 keeps a size, -1 is what remains. */
function reshape(call: Call): Tensor {
  const x = call.tensor(0);
  const target = call.listed('shape', 1);
  if (!target) throw new FormatError('Reshape without a shape.');
  const keep = !call.attributes.flag('allowzero');
  const sizes = target.map((size, axis) => (size === 0 && keep ? (x.shape[axis] ?? 0) : size));
  return x.reshape(rebatched(sizes, x.shape, call));
}

/** Files made for one batch size name it in the shapes they reshape to: another size takes its place. */
function rebatched(sizes: readonly number[], from: Shape, { rebatch }: Call): Shape {
  if (!rebatch || from[0] !== rebatch.to || sizes[0] !== rebatch.from || sizes.length === 0) return sizes;
  const rest = sizes.slice(1);
  const inner = sizeOf(from.slice(1));
  const fits = rest.includes(-1) ? inner % sizeOf(rest.filter((size) => size !== -1)) === 0 : inner === sizeOf(rest);
  return fits ? [rebatch.to, ...rest] : sizes;
}

function flatten(call: Call): Tensor {
  const x = call.tensor(0);
  const given = call.attributes.whole('axis', 1);
  const axis = given < 0 ? given + x.rank : given;
  if (axis < 0 || axis > x.rank) throw new FormatError(`axis ${given} does not exist in a tensor of rank ${x.rank}.`);
  return x.reshape([sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
}

function squeeze(call: Call): Tensor {
  const x = call.tensor(0);
  return x.squeeze(call.listed('axes', 1));
}

function unsqueeze(call: Call): Tensor {
  const x = call.tensor(0);
  const axes = call.listed('axes', 1) ?? [];
  const rank = x.rank + axes.length;
  const places = new Set(axes.map((axis) => call.axis(axis, rank)));
  if (places.size !== axes.length) throw new FormatError(`axes ${formatShape(axes)} name one axis twice.`);
  const sizes = x.shape[Symbol.iterator]();
  return x.reshape(Array.from({ length: rank }, (_, axis) => (places.has(axis) ? 1 : (sizes.next().value as number))));
}

function transpose(call: Call): Tensor | Value {
  const x = call.value(0);
  const order = call.attributes.list('perm') ?? x.shape.map((_, axis) => x.rank - 1 - axis);
  // Exporters of channels-last models write these around every convolution.
  if (x.isLast && order.join() === toLastOrder(x.rank)) return Value.of(x.last);
  if (!x.isLast && x.rank >= 3 && order.join() === toFirst(x.rank).join()) return Value.channelsLast(x.tensor);
  return x.tensor.transpose(order);
}

function toLastOrder(rank: number): string {
  return [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1].join();
}

/** Sizes of 1 on either side repeat. */
function expand(call: Call): Tensor {
  const x = call.tensor(0);
  const target = call.wholes(1, 'the shape') ?? [];
  const rank = Math.max(x.rank, target.length);
  const at = (shape: Shape, axis: number): number => shape[axis - rank + shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) =>
    at(target, axis) === 1 ? at(x.shape, axis) : at(target, axis),
  );
  return broadcastTo(x, shape);
}

function concatenate(call: Call): Tensor | Value {
  const { inputs } = call;
  const rank = call.value(0).rank;
  const axis = call.axis(call.attributes.whole('axis', 1), rank);
  if (inputs.every((value) => value.isLast && value.rank === rank)) {
    return Value.channelsLast(
      concat(
        inputs.map(({ last }) => last),
        toFirst(rank)[axis]!,
      ),
    );
  }
  return concat(
    inputs.map(({ tensor }) => tensor),
    axis,
  );
}

function split(call: Call): Tensor[] {
  const x = call.tensor(0);
  const axis = call.axis(call.attributes.whole('axis', 0), x.rank);
  const size = x.shape[axis]!;
  const parts = call.listed('split', 1) ?? evenParts(size, call.attributes.whole('num_outputs', call.outputs.length));
  let start = 0;
  return parts.map((part) => {
    const piece = x.slice(
      x.shape.map((_, i) => (i === axis ? start : 0)),
      x.shape.map((full, i) => (i === axis ? part : full)),
    );
    start += part;
    return piece;
  });
}

/** The last part is smaller where the axis does not divide. */
function evenParts(size: number, count: number): number[] {
  requireFew(count, MOST_PARTS, 'the number of parts');
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, size - i * part)));
}

/** Starts, ends, axes, steps: operands since opset 10. Ends may lie beyond the axis, steps may run backwards. */
function slice(call: Call): Tensor {
  const x = call.tensor(0);
  const starts = call.listed('starts', 1) ?? [];
  const ends = call.listed('ends', 2) ?? [];
  const axes = call.listed('axes', 3) ?? starts.map((_, i) => i);
  const steps = call.wholes(4, 'steps') ?? starts.map(() => 1);
  const from = x.shape.map(() => 0);
  const sizes = [...x.shape];
  const by = x.shape.map(() => 1);
  axes.forEach((given, i) => {
    const axis = call.axis(given, x.rank);
    const size = x.shape[axis]!;
    const step = steps[i] ?? 1;
    if (step === 0) throw new FormatError('Slice with a step of 0.');
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const clamp = (place: number): number => Math.max(low, Math.min(high, place < 0 ? place + size : place));
    const start = clamp(starts[i] ?? 0);
    const count = Math.max(0, Math.ceil((clamp(ends[i] ?? size) - start) / step));
    sizes[axis] = count;
    by[axis] = step;
    from[axis] = count === 0 ? 0 : start;
  });
  const backward = by.flatMap((step, axis) => (step < 0 ? [axis] : []));
  // Backwards is forwards from the last element taken, flipped.
  const first = from.map((start, axis) =>
    by[axis]! < 0 && sizes[axis]! > 0 ? start + (sizes[axis]! - 1) * by[axis]! : start,
  );
  const taken = x.slice(first, sizes, by.map(Math.abs));
  return backward.length > 0 ? taken.flip(backward) : taken;
}

function pad(call: Call): Tensor {
  const x = call.tensor(0);
  const pads = call.listed('pads', 1) ?? call.attributes.list('paddings') ?? [];
  const value = call.known(2, 'the value')?.[0] ?? call.attributes.real('value', 0);
  const axes = call.wholes(3, 'axes')?.map((axis) => call.axis(axis, x.rank)) ?? x.shape.map((_, axis) => axis);
  const count = pads.length / 2;
  if (count !== axes.length) throw new FormatError(`Pad has ${pads.length} pads for ${axes.length} axes.`);
  const pairs = x.shape.map((_, axis): readonly [number, number] => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 0] : [pads[i]!, pads[i + count]!];
  });
  // Negative padding cuts off.
  const cut = x.slice(
    pairs.map(([before]) => Math.max(0, -before)),
    x.shape.map((size, axis) => size + Math.min(0, pairs[axis]![0]) + Math.min(0, pairs[axis]![1])),
  );
  const grown = pairs.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as const);
  const mode = call.attributes.text('mode', 'constant');
  if (mode === 'constant') return cut.pad(grown, value);
  return grown.reduce((y, [before, after], axis) => padByIndex(y, axis, before, after, mode), cut);
}

/** Padding with cells of the tensor itself. */
function padByIndex(x: Tensor, axis: number, before: number, after: number, mode: string): Tensor {
  if (before === 0 && after === 0) return x;
  const size = x.shape[axis]!;
  const period = mode === 'reflect' ? Math.max(1, 2 * (size - 1)) : size;
  const source = (place: number): number => {
    if (mode === 'edge') return Math.max(0, Math.min(size - 1, place));
    const within = ((place % period) + period) % period;
    return mode === 'reflect' && within >= size ? period - within : within;
  };
  if (!['reflect', 'edge', 'wrap'].includes(mode))
    throw new FormatError(`Pad with mode '${mode}', which does not exist.`);
  requireFew(before + size + after, MOST_CELLS, 'the padded size');
  const places = Array.from({ length: before + size + after }, (_, i) => source(i - before));
  return pick(x, places, axis);
}

function depthToSpace(call: Call): Tensor {
  const x = call.tensor(0);
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const size = call.attributes.whole('blocksize', 1);
  const inner = c / (size * size);
  const columnFirst = call.attributes.text('mode', 'DCR') === 'CRD';
  const blocks = x.reshape(columnFirst ? [n, inner, size, size, h, w] : [n, size, size, inner, h, w]);
  const order = columnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
  return blocks.transpose(order).reshape([n, inner, h * size, w * size]);
}

function spaceToDepth(call: Call): Tensor {
  const x = call.tensor(0);
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const size = call.attributes.whole('blocksize', 1);
  return x
    .reshape([n, c, h / size, size, w / size, size])
    .transpose([0, 3, 5, 1, 2, 4])
    .reshape([n, c * size * size, h / size, w / size]);
}

/** The lower or upper triangle, zeros elsewhere. */
function triangle(call: Call): Tensor {
  const x = call.tensor(0);
  const [k = 0] = call.wholes(1, 'k') ?? [];
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const diagonal = arange(columns).expandDims(0).sub(arange(rows).expandDims(1));
  const kept = call.attributes.flag('upper', true) ? diagonal.greaterEqual(k) : diagonal.lessEqual(k);
  return kept.where(x, x.mul(0));
}

/** Entries along an axis by known numbers. */
export function pick(x: Tensor, places: readonly number[], axis: number): Tensor {
  return gather(x, tensor(places, 'int32'), axis);
}

/** Rows of the operators that move elements. */
export const shapeOperators: OperatorTable = {
  Reshape: operator(reshape, 1),
  Flatten: operator(flatten),
  Squeeze: operator(squeeze, 1),
  Unsqueeze: operator(unsqueeze, 1),
  Transpose: operator(transpose),
  Expand: operator(expand, 1),
  Tile: operator((call) => tile(call.tensor(0), call.wholes(1, 'repeats') ?? []), 1),
  Concat: operator(concatenate),
  Split: operator(split, 1),
  Slice: operator(slice, 1, 2, 3, 4),
  Pad: operator(pad, 1, 2, 3),
  DepthToSpace: operator(depthToSpace),
  SpaceToDepth: operator(spaceToDepth),
  Trilu: operator(triangle, 1),
};
