// One element at a time.
import { type Shape, sameShape } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { onHost } from './host.ts';
import { attr, type Lowering } from './lowering.ts';
import { broadcast } from './shape.ts';

const UNARY: Readonly<Record<string, string>> = {
  neg: 'Neg',
  abs: 'Abs',
  sign: 'Sign',
  exp: 'Exp',
  expm1: 'Expm1',
  log: 'Log',
  log1p: 'Log1p',
  sqrt: 'Sqrt',
  sin: 'Sin',
  cos: 'Cos',
  tanh: 'Tanh',
  erf: 'Erf',
  floor: 'Floor',
  ceil: 'Ceil',
  round: 'Round',
  isNaN: 'IsNan',
  logicalNot: 'LogicalNot',
  sigmoid: 'Sigmoid',
  relu: 'Relu',
};

const BINARY: Readonly<Record<string, string>> = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Multiply',
  div: 'RealDiv',
  pow: 'Pow',
  maximum: 'Maximum',
  minimum: 'Minimum',
  mod: 'Mod',
  equal: 'Equal',
  less: 'Less',
  lessEqual: 'LessEqual',
  logicalAnd: 'LogicalAnd',
  logicalOr: 'LogicalOr',
};

function unary(kernel: string): Lowering {
  return (machine, [x]) => machine.call(kernel, { x: x! });
}

function binary(kernel: string): Lowering {
  return (machine, [a, b]) => machine.call(kernel, { a: a!, b: b! });
}

/** `x` repeated to `shape`, or itself. */
function grown(machine: Machine, x: TensorInfo, shape: Shape): TensorInfo {
  return sameShape(x.shape, shape) ? x : broadcast(machine, x, shape);
}

/** Arithmetic, comparisons, choice and casts by the engine's kernels. */
export const elementwise: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(Object.entries(UNARY).map(([op, kernel]) => [op, unary(kernel)])),
  ...Object.fromEntries(Object.entries(BINARY).map(([op, kernel]) => [op, binary(kernel)])),
  // The kernel for both gives integers: of floats it would lose NaN, and what no int32 holds.
  floorDiv: (machine, [a, b], { spec }) =>
    spec.dtype === 'float32'
      ? machine.call('Floor', { x: machine.call('RealDiv', { a: a!, b: b! }) })
      : machine.call('FloorDiv', { a: a!, b: b! }),
  cast: (machine, inputs, call) => {
    const [from, to] = [call.operands[0]!.dtype, call.spec.dtype];
    // Kernels convert floats beyond the range of integers each in their own way.
    if (from === 'float32' && to === 'int32') return onHost(machine, inputs, call);
    const converted = machine.call('Cast', { x: inputs[0]! }, { dtype: attr<string>(call, 'dtype') });
    // WebGPU only renames the buffer, which some kernels then read with the wrong type: a new one is written.
    const renamed = machine.engine === 'webgpu' && to === 'float32' && from !== 'float32';
    return renamed ? machine.call('Floor', { x: converted }) : converted;
  },
  where: (machine, inputs, { spec }) => {
    const [condition, t, e] = inputs.map((x) => grown(machine, x, spec.shape));
    return machine.call('Select', { condition: condition!, t: t!, e: e! });
  },
};
