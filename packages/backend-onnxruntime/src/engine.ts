// A started ONNX Runtime: library, memory, and how graphs are lowered and sessions opened for one device.
import type { Graph } from '@nablajs/tensor';
import type { OrtApi } from './native/api.ts';
import type { Device } from './native/memory.ts';
import type { SessionOptions } from './native/session.ts';

/** Everything that makes a device what it is to the backend. */
export interface Engine {
  /** Name of the backend. */
  readonly name: string;
  readonly api: OrtApi;
  readonly env: bigint;
  readonly memory: Device;
  /** What lowering writes for. */
  readonly lower: (graph: Graph, threads: number) => Uint8Array;
  readonly session: SessionOptions;
  /** Axes of the largest tensor that operators take. */
  readonly maxRank: number;
  /** Gives back what the device holds besides values. */
  dispose(): void;
}
