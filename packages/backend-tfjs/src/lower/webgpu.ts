// Kernels of WebGPU that differ from the definitions, mended on the device where that is cheap.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { onHost } from './host.ts';
import { attr, type Lowering } from './lowering.ts';
import { bordered } from './shape.ts';

/** WGSL lets NaN become anything: it is put back. */
function keepingNaN(kernel: string): Lowering {
  return (machine, [x]) => withNaNOf(machine, x!, machine.call(kernel, { x: x! }));
}

function withNaNOf(machine: Machine, x: TensorInfo, y: TensorInfo): TensorInfo {
  return machine.call('Select', { condition: machine.call('IsNan', { x }), t: x, e: y });
}

const log: Lowering = (machine, [x]) => {
  const attrs = { shape: x!.shape, dtype: 'float32' };
  const zero = machine.call('Fill', {}, { ...attrs, value: 0 });
  const lowest = machine.call('Fill', {}, { ...attrs, value: Number.NEGATIVE_INFINITY });
  const condition = machine.call('Equal', { a: x!, b: zero });
  const y = machine.call('Select', { condition, t: lowest, e: machine.call('Log', { x: x! }) });
  return withNaNOf(machine, x!, y);
};

const HOST: readonly string[] = ['expm1', 'log1p', 'pow', 'floorDiv', 'mod', 'argMax', 'argMin', 'scatterAdd'];

/**
 * Running sums. The engine takes forward and backward, inclusive and exclusive sums for the same program: only one kind is
 * asked for, and turned or moved by one place.
 */
const cumsum: Lowering = (machine, [x], call) => {
  const axis = attr<number>(call, 'axis');
  const turned = (y: TensorInfo): TensorInfo =>
    attr<boolean>(call, 'reverse') ? machine.call('Reverse', { x: y }, { dims: [axis] }) : y;
  const sums = machine.call('Cumsum', { x: turned(x!) }, { axis, exclusive: false, reverse: false });
  if (!attr<boolean>(call, 'exclusive')) return turned(sums);
  const borders = x!.shape.map((_, k): [number, number] => [k === axis ? 1 : 0, 0]);
  const moved = bordered(machine, sums, borders, 0);
  return turned(machine.call('Slice', { x: moved }, { begin: x!.shape.map(() => 0), size: [...x!.shape] }));
};

/** Lowerings that replace the common ones. */
export const webgpuLowerings: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(HOST.map((op) => [op, onHost])),
  sign: keepingNaN('Sign'),
  exp: keepingNaN('Exp'),
  sigmoid: keepingNaN('Sigmoid'),
  log,
  cumsum,
};
