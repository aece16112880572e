// The truth: every instruction by its op's own reference, in float64.
import {
  type AnyOp,
  type Backend,
  type Buffer,
  type DType,
  type Executable,
  formatSpec,
  type Graph,
  type HostArray,
  hostArray,
  isFloat,
  NablaError,
  primitiveOps,
  roundToHalf,
  type Spec,
  sizeOf,
  specOf,
  UnsupportedOpError,
} from '@nablajs/tensor';
import { referenceOf } from '@nablajs/tensor/references';

/** Options of {@link reference}. */
export interface ReferenceOptions {
  /** Ops of plugins, in addition to Nabla's own; composite ones are decomposed like all others. */
  readonly ops?: readonly AnyOp[];
}

interface ReferenceBuffer extends Buffer {
  /** Float values as Float64Array. */
  readonly values: HostArray;
}

const DTYPES: ReadonlySet<DType> = new Set<DType>(['float32', 'float16', 'float64', 'int32', 'uint32', 'bool']);

/**
 * A backend that computes every op by its definition, in float64, one element after the other: slow, obvious, and what
 * all other backends are compared with. Values are rounded to float32 only when they are downloaded; float16 is about
 * rounding, so each result of it is rounded at once.
 *
 * It is strict about buffers too: using one that was freed or donated before throws, and so does freeing it again.
 */
export function reference({ ops = [] }: ReferenceOptions = {}): Backend {
  const references = new Map(
    [...primitiveOps, ...ops].flatMap((op) => {
      const given = referenceOf(op);
      return given ? [[op.definition.name, given]] : [];
    }),
  );
  const live = new Set<ReferenceBuffer>();
  let disposed = false;

  const hold = (values: HostArray, spec: Spec): ReferenceBuffer => {
    const buffer: ReferenceBuffer = { backend, spec, values, bytes: values.byteLength };
    live.add(buffer);
    return buffer;
  };
  const valuesOf = (buffer: Buffer): HostArray => {
    requireLive(buffer, live);
    return (buffer as ReferenceBuffer).values;
  };

  const execute = ({ inputs, constants, code, outputs, donated }: Graph, buffers: readonly Buffer[]): Buffer[] => {
    requireInputs(inputs, buffers);
    const values = [...buffers.map(valuesOf), ...constants.map(({ data, spec }) => widen(data, spec))];
    const specs = [...inputs, ...constants.map(({ spec }) => spec), ...code.map(({ spec }) => spec)];
    for (const input of donated) live.delete(buffers[input] as ReferenceBuffer);
    for (const { op, operands, attrs, spec } of code) {
      const call = { inputs: operands.map((i) => values[i]!), specs: operands.map((i) => specs[i]!), attrs, spec };
      values.push(rounded(references.get(op)!(call), spec));
    }
    return outputs.map((output) => hold(values[output]!.slice(), specs[output]!));
  };

  const backend: Backend = {
    name: 'reference',
    capabilities: { dtypes: DTYPES, ops: new Set(references.keys()), maxRank: Number.POSITIVE_INFINITY },
    upload: (data, spec) => hold(widen(data, spec), spec),
    download: async (buffer) => narrow(valuesOf(buffer), buffer.spec),
    free: (buffer) => {
      if (disposed) return;
      requireLive(buffer, live);
      live.delete(buffer as ReferenceBuffer);
    },
    compile: async (graph): Promise<Executable> => {
      const unknown = graph.code.find(({ op }) => !references.has(op));
      if (unknown) {
        throw new UnsupportedOpError(
          `reference: '${unknown.op}' has no reference implementation here. Pass the op: reference({ ops: [theOp] }).`,
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
    dispose: async () => {
      disposed = true;
      live.clear();
    },
  };
  return backend;
}

function requireLive(buffer: Buffer, live: ReadonlySet<Buffer>): void {
  if (live.has(buffer)) return;
  throw new NablaError(
    `reference: a buffer (${formatSpec(buffer.spec)}) was used after it was freed or donated. Whoever frees or donates a buffer must let go of it.`,
  );
}

function requireInputs(inputs: readonly Spec[], buffers: readonly Buffer[]): void {
  const wanted = inputs.map(formatSpec).join(', ');
  const found = buffers.map(({ spec }) => formatSpec(spec)).join(', ');
  if (wanted !== found) {
    throw new NablaError(`reference: a graph for (${wanted}) was run on (${found}). Compile a graph for these inputs.`);
  }
}

function widen(data: HostArray, { dtype }: Spec): HostArray {
  return isFloat(dtype) ? Float64Array.from(data) : data.slice();
}

function rounded(values: HostArray, { dtype }: Spec): HostArray {
  return dtype === 'float16' ? values.map(roundToHalf) : values;
}

function narrow(values: HostArray, { dtype }: Spec): HostArray {
  const out = hostArray(dtype, values.length);
  out.set(values);
  return out;
}
