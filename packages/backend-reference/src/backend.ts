// The truth: every instruction by its op's own reference, in float64.
import {
  type AnyOp,
  type Backend,
  type Buffer,
  type DType,
  type Executable,
  type Graph,
  type HostArray,
  hostArray,
  isFloat,
  primitiveOps,
  type Spec,
  sizeOf,
  specOf,
  UnsupportedOpError,
} from '@nablajs/tensor';

/** Options of {@link reference}. */
export interface ReferenceOptions {
  /** Primitives of plugins, in addition to Nabla's own. */
  readonly ops?: readonly AnyOp[];
}

interface ReferenceBuffer extends Buffer {
  /** Float values as Float64Array. */
  readonly values: HostArray;
}

const DTYPES: ReadonlySet<DType> = new Set<DType>(['float32', 'float64', 'int32', 'uint32', 'bool']);

/**
 * A backend that computes every op by its definition, in float64, one element after the other: slow, obvious, and what
 * all other backends are compared with. Values are rounded to float32 only when they are downloaded.
 */
export function reference({ ops = [] }: ReferenceOptions = {}): Backend {
  const definitions = new Map([...primitiveOps, ...ops].map(({ definition }) => [definition.name, definition]));
  const live = new Set<ReferenceBuffer>();

  const hold = (values: HostArray, spec: Spec): ReferenceBuffer => {
    const buffer: ReferenceBuffer = { backend, spec, values, bytes: values.byteLength };
    live.add(buffer);
    return buffer;
  };

  const execute = ({ inputs, constants, code, outputs, donated }: Graph, buffers: readonly Buffer[]): Buffer[] => {
    const values = [
      ...buffers.map((buffer) => (buffer as ReferenceBuffer).values),
      ...constants.map(({ data, spec }) => widen(data, spec)),
    ];
    const specs = [...inputs, ...constants.map(({ spec }) => spec), ...code.map(({ spec }) => spec)];
    for (const { op, operands, attrs, spec } of code) {
      const call = { inputs: operands.map((i) => values[i]!), specs: operands.map((i) => specs[i]!), attrs, spec };
      values.push(definitions.get(op)!.reference!(call));
    }
    for (const input of donated) live.delete(buffers[input] as ReferenceBuffer);
    return outputs.map((output) => hold(values[output]!.slice(), specs[output]!));
  };

  const backend: Backend = {
    name: 'reference',
    capabilities: { dtypes: DTYPES, ops: new Set(definitions.keys()), maxRank: Number.POSITIVE_INFINITY },
    upload: (data, spec) => hold(widen(data, spec), spec),
    download: async (buffer) => narrow((buffer as ReferenceBuffer).values, buffer.spec),
    free: (buffer) => {
      live.delete(buffer as ReferenceBuffer);
    },
    compile: async (graph): Promise<Executable> => {
      const unknown = graph.code.find(({ op }) => !definitions.get(op)?.reference);
      if (unknown) {
        throw new UnsupportedOpError(
          `reference: '${unknown.op}' has no reference implementation here. Pass it: reference({ ops: [${unknown.op}Op] }).`,
        );
      }
      return {
        run: async (buffers) => execute(graph, buffers),
        describe: () =>
          `reference: ${graph.code.length} instructions, one at a time, ${graph.outputs.map((value) => sizeOf(specOf(graph, value).shape)).join(' + ')} elements out`,
        dispose: () => undefined,
      };
    },
    memory: () => ({ buffers: live.size, bytes: [...live].reduce((sum, { bytes }) => sum + bytes, 0) }),
    dispose: async () => live.clear(),
  };
  return backend;
}

function widen(data: HostArray, { dtype }: Spec): HostArray {
  return isFloat(dtype) ? Float64Array.from(data) : data.slice();
}

function narrow(values: HostArray, { dtype }: Spec): HostArray {
  const out = hostArray(dtype, values.length);
  out.set(values);
  return out;
}
