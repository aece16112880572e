import type { Graph, Instruction } from '../graph/graph.ts';
import type { DType, HostArray, Spec } from '../spec.ts';

/** Values living on a backend. Opaque to everybody else; backends add their own fields. */
export interface Buffer {
  readonly backend: Backend;
  readonly spec: Spec;
  readonly bytes: number;
}

/** What a backend can do by itself. Ops outside it are decomposed before `compile` sees them. */
export interface Capabilities {
  readonly dtypes: ReadonlySet<DType>;
  /** Names of the ops with a native lowering, primitives and composites alike. */
  readonly ops: ReadonlySet<string>;
  /** Narrows `ops` per call: `true`, or the reason why this instruction has no native lowering. */
  readonly supports?: (instruction: Instruction, operands: readonly Spec[]) => true | string;
  readonly maxRank: number;
  /** Live bytes beyond which the runtime asks the garbage collector to return unreachable buffers. */
  readonly byteBudget?: number;
}

/** A compiled graph. */
export interface Executable {
  /**
   * Computes the outputs. Each output is a buffer of its own that the caller owns, also when the graph names one value
   * twice or returns an input; only a donated input's memory may come back as an output.
   * Donated inputs belong to the run from the call on: it reuses or frees them.
   */
  run(inputs: readonly Buffer[]): Promise<readonly Buffer[]>;
  /** The plan in words: groups, kernels, memory. */
  describe?(): string;
  dispose(): void;
}

/** The whole contract between Nabla and a device. */
export interface Backend {
  /** `cpu`, `reference`, `tfjs-webgl`, `onnxruntime-cuda`, ... */
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Copies host values to the backend. `data` stays the caller's. */
  upload(data: HostArray, spec: Spec): Buffer;
  /** Copies values to the host; the array belongs to the caller. */
  download(buffer: Buffer): Promise<HostArray>;
  free(buffer: Buffer): void;
  /** Compiles a graph that was decomposed to `capabilities` before. */
  compile(graph: Graph): Promise<Executable>;
  /** Live buffers and their bytes. */
  memory(): { readonly buffers: number; readonly bytes: number };
  /** Frees everything; the backend is unusable afterwards. */
  dispose(): Promise<void>;
}
