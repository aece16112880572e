// Elements moved, repeated, cut and joined.
import { type Shape, sizeOf } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { attr, type Lowering } from './lowering.ts';

/** `x` repeated to `shape`, as NumPy broadcasts. */
export function broadcast(machine: Machine, x: TensorInfo, shape: Shape): TensorInfo {
  const from = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  // Neighbouring axes that are both repeated or both kept count as one, so that few are left.
  const axes: { from: number; to: number }[] = [];
  from.forEach((size, axis) => {
    const to = shape[axis]!;
    const last = axes.at(-1);
    if (last && (size === to) === (last.from === last.to) && (size === to || size === last.from)) {
      last.from *= size;
      last.to *= to;
    } else axes.push({ from: size, to });
  });
  const compact = machine.reshape(
    x,
    axes.map((axis) => axis.from),
  );
  const reps = axes.map((axis) => axis.to / axis.from);
  return machine.reshape(machine.call('Tile', { x: compact }, { reps }), shape);
}

/** `x` with cells of `value` around it, axis by axis: kernels do not take borders on every axis of high ranks. */
export function bordered(
  machine: Machine,
  x: TensorInfo,
  borders: readonly (readonly [number, number])[],
  value: number,
): TensorInfo {
  if (x.shape.length <= 4) {
    const none = borders.every(([before, after]) => before === 0 && after === 0);
    return none ? machine.share(x) : machine.call('PadV2', { x }, { paddings: borders, constantValue: value });
  }
  return borders.reduce((y, [before, after], axis) => {
    if (before === 0 && after === 0) return y;
    const outer = sizeOf(y.shape.slice(0, axis));
    const rows = machine.reshape(y, [outer, y.shape[axis]!, sizeOf(y.shape.slice(axis + 1))]);
    const paddings = [
      [0, 0],
      [before, after],
      [0, 0],
    ];
    const grown = machine.call('PadV2', { x: rows }, { paddings, constantValue: value });
    return machine.reshape(
      grown,
      y.shape.map((size, i) => (i === axis ? size + before + after : size)),
    );
  }, machine.share(x));
}

const slice: Lowering = (machine, [x], call) => {
  const starts = attr<number[]>(call, 'starts');
  const sizes = attr<number[]>(call, 'sizes');
  const strides = attr<number[]>(call, 'strides');
  if (strides.every((stride, axis) => stride === 1 || sizes[axis] === 1)) {
    return machine.call('Slice', { x: x! }, { begin: starts, size: sizes });
  }
  return machine.call(
    'StridedSlice',
    { x: x! },
    {
      begin: starts,
      end: starts.map((start, axis) => start + (sizes[axis]! - 1) * strides[axis]! + 1),
      strides,
      beginMask: 0,
      endMask: 0,
      ellipsisMask: 0,
      newAxisMask: 0,
      shrinkAxisMask: 0,
    },
  );
};

/** Reshapes, transposes, slices, borders, joins. */
export const shape: Readonly<Record<string, Lowering>> = {
  reshape: (machine, [x], call) => machine.reshape(x!, call.spec.shape),
  transpose: (machine, [x], call) => machine.call('Transpose', { x: x! }, { perm: attr(call, 'permutation') }),
  broadcastTo: (machine, [x], call) => broadcast(machine, x!, call.spec.shape),
  slice,
  pad: (machine, [x], call) => {
    const low = attr<number[]>(call, 'low');
    const high = attr<number[]>(call, 'high');
    return bordered(
      machine,
      x!,
      low.map((before, axis) => [before, high[axis]!]),
      attr<number>(call, 'value'),
    );
  },
  concat: (machine, inputs, call) =>
    machine.call(
      'Concat',
      inputs.filter(({ shape }) => sizeOf(shape) > 0),
      { axis: attr<number>(call, 'axis') },
    ),
  flip: (machine, [x], call) => machine.call('Reverse', { x: x! }, { dims: attr(call, 'axes') }),
};
