// What an engine has no kernel for, by the op's own definition on the host.
import { type HostArray, hostArray, isFloat, primitiveOps, type Spec } from '@nablajs/tensor';
import { referenceOf } from '@nablajs/tensor/references';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import type { Call, Lowering } from './lowering.ts';

const references = new Map(primitiveOps.map((op) => [op.definition.name, referenceOf(op)!]));

/** Reads the operands, computes in float64, writes the result back. */
export const onHost: Lowering = (machine, inputs, call) => {
  const values = inputs.map((input) => machine.read(input));
  return values.some((value) => value instanceof Promise)
    ? Promise.all(values).then((read) => compute(machine, read, call))
    : compute(machine, values as HostArray[], call);
};

function compute(machine: Machine, inputs: readonly HostArray[], { op, attrs, operands, spec }: Call): TensorInfo {
  const wide = inputs.map((values, i) => (isFloat(operands[i]!.dtype) ? Float64Array.from(values) : values));
  const values = references.get(op)!({ inputs: wide, specs: operands, attrs, spec });
  return machine.write(narrow(values, spec), spec);
}

function narrow(values: HostArray, { dtype }: Spec): HostArray {
  const out = hostArray(dtype, values.length);
  out.set(values);
  return out;
}
