// A whole backend: buffers on the host, one op after the other, and a watch in the hand.
import {
  type Backend,
  type Buffer,
  type DType,
  type Executable,
  type Graph,
  type HostArray,
  hostArray,
  NablaError,
  type Spec,
  UnsupportedOpError,
} from 'nablajs';
import { kernels } from './kernels.ts';

/** What one op has cost so far. */
export interface OpCost {
  readonly op: string;
  readonly calls: number;
  readonly milliseconds: number;
}

/** A backend that knows where the time went. */
export interface Profiler extends Backend {
  /** The cost of each op that was run, the dearest first. */
  costs(): readonly OpCost[];
}

interface Held extends Buffer {
  readonly values: HostArray;
}

const DTYPES: ReadonlySet<DType> = new Set<DType>(['float32', 'int32', 'bool']);

/** Starts the backend: it computes with plain loops, counts how often each op is called, and how long that takes. */
export function profiler(): Profiler {
  const live = new Set<Buffer>();
  const spent = new Map<string, { calls: number; milliseconds: number }>();

  const hold = (computed: HostArray, spec: Spec): Held => {
    const values = hostArray(spec.dtype, computed.length);
    values.set(computed);
    const buffer: Held = { backend, spec, values, bytes: values.byteLength };
    live.add(buffer);
    return buffer;
  };
  const valuesOf = (buffer: Buffer): HostArray => {
    if (live.has(buffer)) return (buffer as Held).values;
    throw new NablaError('acme: a buffer was used after it was freed or donated.');
  };
  const timed = <T>(op: string, f: () => T): T => {
    const began = performance.now();
    const result = f();
    const { calls, milliseconds } = spent.get(op) ?? { calls: 0, milliseconds: 0 };
    spent.set(op, { calls: calls + 1, milliseconds: milliseconds + performance.now() - began });
    return result;
  };

  const run = ({ inputs, constants, code, outputs, donated }: Graph, buffers: readonly Buffer[]): Buffer[] => {
    const values = [...buffers.map(valuesOf), ...constants.map(({ data }) => data)].map(widened);
    const specs = [...inputs, ...constants.map(({ spec }) => spec), ...code.map(({ spec }) => spec)];
    // A donated input belongs to the run.
    for (const input of donated) live.delete(buffers[input]!);
    for (const { op, operands, attrs, spec } of code) {
      const call = { inputs: operands.map((i) => values[i]!), specs: operands.map((i) => specs[i]!), attrs, spec };
      values.push(timed(op, () => kernels.get(op)!(call as never)));
    }
    // Each output is a buffer of its own, also when it is an input or named twice.
    return outputs.map((output) => hold(values[output]!, specs[output]!));
  };

  const backend: Profiler = {
    name: 'acme',
    capabilities: { dtypes: DTYPES, ops: new Set(kernels.keys()), maxRank: Number.POSITIVE_INFINITY },
    upload: (data, spec) => hold(data, spec),
    download: async (buffer) => valuesOf(buffer).slice(),
    free: (buffer) => void live.delete(buffer),
    compile: async (graph): Promise<Executable> => {
      const unknown = graph.code.find(({ op }) => !kernels.has(op));
      if (unknown) throw new UnsupportedOpError(`acme: there is no kernel for '${unknown.op}'.`);
      return {
        run: async (buffers) => run(graph, buffers),
        describe: () => `acme: ${graph.code.length} ops, one after the other`,
        dispose: () => undefined,
      };
    },
    memory: () => ({ buffers: live.size, bytes: [...live].reduce((sum, { bytes }) => sum + bytes, 0) }),
    dispose: async () => live.clear(),
    costs: () => [...spent].map(([op, cost]) => ({ op, ...cost })).sort((a, b) => b.milliseconds - a.milliseconds),
  };
  return backend;
}

/** Between two ops, floats are kept in full. */
function widened(values: HostArray): HostArray {
  return values instanceof Float32Array ? Float64Array.from(values) : values;
}
