// What the backend runs: each op by its definition, and those it knows better by a loop of its own.
import { referenceOf } from '@nablajs/tensor/references';
import { type HostArray, primitiveOps, type ReferenceCall } from 'nablajs';
import { snakeOp } from './snake-op.ts';

/** Computes one op. Floats come and go as Float64Array. */
export type Kernel = (call: ReferenceCall<never>) => HostArray;

function snake({ inputs: [x, frequency] }: ReferenceCall<never>): HostArray {
  const channels = frequency!.length;
  return Float64Array.from(x!, (value, i) => {
    const f = frequency![i % channels]!;
    return value + Math.sin(f * value) ** 2 / f;
  });
}

/** Kernels by the name of their op. */
export const kernels: ReadonlyMap<string, Kernel> = new Map<string, Kernel>([
  ...primitiveOps.flatMap((op): [string, Kernel][] => {
    const reference = referenceOf(op);
    return reference ? [[op.definition.name, reference as Kernel]] : [];
  }),
  [snakeOp.definition.name, snake],
]);
