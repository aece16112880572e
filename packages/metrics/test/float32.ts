import {
  type Backend,
  type Buffer,
  type Graph,
  type HostArray,
  isFloat,
  primitiveOps,
  type Spec,
} from '@nablajs/tensor';
import { referenceOf } from '@nablajs/tensor/references';

interface Held extends Buffer {
  readonly values: HostArray;
}

/** The reference implementations, each result rounded to float32: what real backends lose, sums lose here too. */
export function float32(): Backend {
  const references = new Map(primitiveOps.map((op) => [op.definition.name, referenceOf(op)!]));
  const round = (values: HostArray, { dtype }: Spec): HostArray =>
    isFloat(dtype) ? Float64Array.from(values, Math.fround) : values.slice();
  const hold = (values: HostArray, spec: Spec): Held => ({ backend, spec, values, bytes: values.byteLength });
  const run = ({ inputs, constants, code, outputs }: Graph, buffers: readonly Buffer[]): Held[] => {
    const specs = [...inputs, ...constants.map(({ spec }) => spec), ...code.map(({ spec }) => spec)];
    const values = [
      ...buffers.map((buffer) => (buffer as Held).values),
      ...constants.map(({ data, spec }) => round(data, spec)),
    ];
    for (const { op, operands, attrs, spec } of code) {
      const call = { inputs: operands.map((i) => values[i]!), specs: operands.map((i) => specs[i]!), attrs, spec };
      values.push(round(references.get(op)!(call), spec));
    }
    return outputs.map((output) => hold(values[output]!.slice(), specs[output]!));
  };
  const backend: Backend = {
    name: 'float32',
    capabilities: {
      dtypes: new Set(['float32', 'int32', 'bool']),
      ops: new Set(references.keys()),
      maxRank: Number.POSITIVE_INFINITY,
    },
    upload: (data, spec) => hold(round(data, spec), spec),
    download: async (buffer) => {
      const { values, spec } = buffer as Held;
      return isFloat(spec.dtype) ? Float32Array.from(values) : values.slice();
    },
    free: () => undefined,
    compile: async (graph) => ({ run: async (buffers) => run(graph, buffers), dispose: () => undefined }),
    memory: () => ({ buffers: 0, bytes: 0 }),
    dispose: async () => undefined,
  };
  return backend;
}
