import {
  type Backend,
  type Buffer,
  bytesPerElement,
  type Capabilities,
  type DType,
  DTypeError,
  formatSpec,
  type HostArray,
  type Instruction,
  NablaError,
  type Spec,
  sizeOf,
  UnsupportedOpError,
} from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Machine } from './engine/machine.ts';
import type { EngineName } from './engine/name.ts';
import { startEngine } from './engine/start.ts';
import { onHost } from './lower/host.ts';
import { lowerings } from './lower/table.ts';
import { compileGraph, type Ledger, type TfjsBuffer } from './run/executable.ts';

/** Options of {@link tfjs}. */
export interface TfjsOptions {
  /** The engine of TensorFlow.js: `'webgl'` and `'webgpu'` in browsers, `'cpu'` (plain JavaScript, slow) everywhere. */
  readonly engine: EngineName;
}

/** What an engine can do. */
export interface TfjsCapabilities extends Capabilities {
  /** How floats are held: with `'float16'`, on some phones, expect three digits, and trouble with training. */
  readonly precision: 'float32' | 'float16';
  /** Integers up to this magnitude are exact. */
  readonly exactIntegers: number;
  /** Ops that are computed on the host, with a copy there and back. */
  readonly onHost: ReadonlySet<string>;
}

/** A backend on an engine of TensorFlow.js. */
export interface TfjsBackend extends Backend {
  readonly capabilities: TfjsCapabilities;
  /** Live buffers and their bytes, and all values the engine holds for anybody. */
  memory(): { readonly buffers: number; readonly bytes: number; readonly values: number };
}

const DTYPES: ReadonlySet<DType> = new Set<DType>(['float32', 'int32', 'bool']);
const MAX_RANK = 6;
/** Bytes of unreachable values that may pile up before the collector is asked to look. */
const BYTE_BUDGET = 64 * 2 ** 20;

/**
 * A backend that runs each graph kernel by kernel on an engine of TensorFlow.js 4.22. Gradients are Nabla's own graphs:
 * nothing of TensorFlow.js' differentiation is used.
 * @throws BackendUnavailableError when the engine's package or the device is not there
 * @example setBackend(await tfjs({ engine: 'webgl' }));
 */
export async function tfjs({ engine: name }: TfjsOptions): Promise<TfjsBackend> {
  const engine = await startEngine(name);
  if (engine.halfFloat) {
    console.warn(
      `tfjs-${name}: this device renders floats of 16 bits only. Predictions keep about three digits; train elsewhere.`,
    );
  }
  const machine = new Machine(engine);
  const table = lowerings(engine);
  const live = new Set<TfjsBuffer>();
  let disposed = false;

  const look = (buffer: Buffer): TensorInfo => {
    if (live.has(buffer as TfjsBuffer)) return (buffer as TfjsBuffer).info;
    throw new NablaError(
      `${backend.name}: a buffer (${formatSpec(buffer.spec)}) was used after it was freed, donated, or its backend disposed.`,
    );
  };
  const hold = (info: TensorInfo, spec: Spec): TfjsBuffer => {
    const bytes = Math.max(4, sizeOf(spec.shape) * Math.max(4, bytesPerElement(spec.dtype)));
    const buffer: TfjsBuffer = { backend, spec, bytes, info };
    live.add(buffer);
    return buffer;
  };
  const take = (buffer: Buffer): TensorInfo => {
    const info = look(buffer);
    live.delete(buffer as TfjsBuffer);
    return info;
  };
  const ledger: Ledger = { hold, take, look };

  const backend: TfjsBackend = {
    name: `tfjs-${name}`,
    capabilities: {
      dtypes: DTYPES,
      ops: new Set(Object.keys(table)),
      supports,
      maxRank: MAX_RANK,
      byteBudget: BYTE_BUDGET,
      precision: engine.halfFloat ? 'float16' : 'float32',
      exactIntegers: name === 'webgl' ? (engine.halfFloat ? 2 ** 11 : 2 ** 24) : 2 ** 31 - 1,
      onHost: new Set(Object.keys(table).filter((op) => table[op] === onHost)),
    },
    upload: (data, spec) => {
      machine.health.require();
      if (!DTYPES.has(spec.dtype)) {
        throw new DTypeError(
          `tfjs-${name}: cannot hold ${spec.dtype}. Cast it to float32 or int32 before it comes here.`,
        );
      }
      const outer = machine.begin();
      const info = machine.write(data.slice(), spec);
      machine.release(outer, [info]);
      return hold(info, spec);
    },
    download: async (buffer): Promise<HostArray> => machine.read(look(buffer)),
    free: (buffer) => {
      if (!disposed) machine.free(take(buffer));
    },
    compile: async (graph) => {
      const unknown = graph.code.find(({ op }) => !Object.hasOwn(table, op));
      if (unknown) throw new UnsupportedOpError(`tfjs-${name}: no kernel for '${unknown.op}', and no decomposition.`);
      return compileGraph(graph, engine, machine, ledger, table);
    },
    memory: () => ({
      buffers: live.size,
      bytes: [...live].reduce((sum, { bytes }) => sum + bytes, 0),
      values: machine.backend.numDataIds(),
    }),
    dispose: async () => {
      disposed = true;
      for (const { info } of live) machine.free(info);
      live.clear();
    },
  };
  return backend;
}

function supports({ op, attrs }: Instruction, [x]: readonly Spec[]): true | string {
  if (op === 'softmax' && attrs['axis'] !== x!.shape.length - 1) return 'the kernel takes the last axis only';
  return true;
}
