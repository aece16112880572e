// Ops on each element by itself, by definition.
import { type DType, type HostArray, isFloat, sizeOf } from '../../spec.ts';
import { wide } from '../constant.ts';
import { power } from '../elementwise/define.ts';
import { erf } from './erf.ts';
import { broadcastOffsets } from './offsets.ts';
import type { Reference, References } from './reference.ts';

function ofOne(f: (x: number) => number): Reference {
  return ({ inputs: [x], spec }) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    for (let i = 0; i < out.length; i++) out[i] = f(x![i]!);
    return out;
  };
}

/** @param integer how int32 differs from floats, where it does */
function ofTwo(float: (a: number, b: number) => number, integer: typeof float = float): Reference {
  return ({ inputs: [a, b], specs, spec }) => {
    const f = specs[0]!.dtype === 'int32' ? integer : float;
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const [atA, atB] = specs.map(({ shape }) => broadcastOffsets(shape, spec.shape));
    for (let i = 0; i < out.length; i++) out[i] = f(a![atA![i]!]!, b![atB![i]!]!);
    return out;
  };
}

/** As IEEE 754 and NumPy round. */
function halfToEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Functions of one and of two numbers, conversion and choice. */
export const elementwiseReferences: References = {
  neg: ofOne((x) => -x),
  abs: ofOne(Math.abs),
  sign: ofOne(Math.sign),
  exp: ofOne(Math.exp),
  expm1: ofOne(Math.expm1),
  log: ofOne(Math.log),
  log1p: ofOne(Math.log1p),
  sqrt: ofOne(Math.sqrt),
  sin: ofOne(Math.sin),
  cos: ofOne(Math.cos),
  tanh: ofOne(Math.tanh),
  erf: ofOne(erf),
  floor: ofOne(Math.floor),
  ceil: ofOne(Math.ceil),
  round: ofOne(halfToEven),
  isNaN: ofOne((x) => Number(Number.isNaN(x))),
  logicalNot: ofOne((x) => 1 - x),

  add: ofTwo((a, b) => a + b),
  sub: ofTwo((a, b) => a - b),
  mul: ofTwo((a, b) => a * b, Math.imul),
  div: ofTwo((a, b) => a / b),
  pow: ofTwo(power),
  maximum: ofTwo(Math.max),
  minimum: ofTwo(Math.min),
  floorDiv: ofTwo(
    (a, b) => Math.floor(a / b),
    (a, b) => (b === 0 ? 0 : Math.floor(a / b)),
  ),
  mod: ofTwo(
    (a, b) => a - b * Math.floor(a / b),
    (a, b) => (b === 0 ? 0 : a - b * Math.floor(a / b)),
  ),
  equal: ofTwo((a, b) => Number(a === b)),
  less: ofTwo((a, b) => Number(a < b)),
  lessEqual: ofTwo((a, b) => Number(a <= b)),
  logicalAnd: ofTwo((a, b) => a & b),
  logicalOr: ofTwo((a, b) => a | b),

  cast: ({ inputs: [x], specs: [from], spec }) => castArray(x!, from!.dtype, spec.dtype, sizeOf(spec.shape)),
  where: ({ inputs, specs, spec }) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    const [c, a, b] = specs.map((operand) => broadcastOffsets(operand.shape, spec.shape));
    for (let i = 0; i < out.length; i++) out[i] = inputs[0]![c![i]!] ? inputs[1]![a![i]!]! : inputs[2]![b![i]!]!;
    return out;
  },
};

function castArray(x: HostArray, from: DType, to: DType, size: number): HostArray {
  const out = wide(to, size);
  const low = to === 'uint32' ? 0 : -2147483648;
  const high = to === 'uint32' ? 4294967295 : 2147483647;
  for (let i = 0; i < size; i++) {
    const value = x[i]!;
    if (to === 'bool') out[i] = value !== 0 ? 1 : 0;
    else if (isFloat(to) || !isFloat(from)) out[i] = value;
    else out[i] = Number.isNaN(value) ? 0 : Math.min(high, Math.max(low, Math.trunc(value)));
  }
  return out;
}
