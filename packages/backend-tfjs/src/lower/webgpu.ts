// Kernels of WebGPU that differ from the definitions, mended on the device where that is cheap.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { onHost } from './host.ts';
import type { Lowering } from './lowering.ts';

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

const HOST: readonly string[] = [
  'expm1',
  'log1p',
  'pow',
  'floorDiv',
  'mod',
  'argMax',
  'argMin',
  'scatterAdd',
  // The engine takes forward and backward sums for the same program.
  'cumsum',
];

/** Lowerings that replace the common ones. */
export const webgpuLowerings: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(HOST.map((op) => [op, onHost])),
  sign: keepingNaN('Sign'),
  exp: keepingNaN('Exp'),
  sigmoid: keepingNaN('Sigmoid'),
  log,
};
