// Elementwise ops that are more than a function of one or two numbers, by definition.
import { type DType, type HostArray, isFloat, sizeOf } from '../../spec.ts';
import { broadcastOffsets } from '../broadcast.ts';
import { wide } from '../constant.ts';
import type { References } from './reference.ts';

/** Conversion and choice. */
export const elementwiseReferences: References = {
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
