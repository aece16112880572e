// The backend: buffers, and one ONNX model and one session per graph.

import { loweredOps } from '@nablajs/onnx';
import { type Backend, ConfigError, type DType } from '@nablajs/tensor';
import { executableOf } from './executable.ts';
import { loadApi } from './native/api.ts';
import { cpuDevice } from './native/cpu-device.ts';
import { findLibrary } from './native/library.ts';
import { BufferPool, type OrtBuffer } from './native/memory.ts';
import { openSession } from './native/session.ts';

/** Options of {@link onnxruntime}. */
export interface OnnxRuntimeOptions {
  /** Default `'cpu'`. */
  readonly device?: 'cpu' | 'cuda';
  /** Threads that one operator may use on the CPU. Default: ONNX Runtime's, one per core. */
  readonly threads?: number;
  /** Whether idle threads spin for work. Default `true`; turn it off when the machine is shared. */
  readonly spinning?: boolean;
  /** The library of ONNX Runtime, or a directory that holds it. Default: the one in `onnxruntime-node`. */
  readonly library?: string;
}

const DTYPES: ReadonlySet<DType> = new Set<DType>(['float32', 'int32', 'bool']);

/**
 * Starts ONNX Runtime. Every graph, a whole training step included, becomes one ONNX model in one session; values stay
 * in memory that the session reads and writes in place.
 * @throws BackendUnavailableError when the library or the device is not there, with what was looked for
 * @example setBackend(await onnxruntime());
 */
export async function onnxruntime(options: OnnxRuntimeOptions = {}): Promise<Backend> {
  const { device = 'cpu', threads = 0, spinning = true, library } = options;
  if (!Number.isInteger(threads) || threads < 0) {
    throw new ConfigError(`onnxruntime: threads must be a whole number of at least 1, got ${threads}.`);
  }
  const api = loadApi(findLibrary(library));
  const env = api.make('CreateEnv', 3, 'nabla');
  const pool = new BufferPool(cpuDevice(api), () => backend);

  const backend: Backend = {
    name: `onnxruntime-${device}`,
    capabilities: { dtypes: DTYPES, ops: loweredOps, maxRank: Number.POSITIVE_INFINITY },
    upload(data, spec): OrtBuffer {
      const buffer = pool.take(spec);
      buffer.block.write(data);
      return buffer;
    },
    download: async (buffer) => (buffer as OrtBuffer).block.read(),
    free: (buffer) => pool.free(buffer as OrtBuffer),
    compile: async (graph) =>
      executableOf(graph, (model) => openSession(api, env, model, { threads, spinning }), pool, { device, threads }),
    memory: () => pool.memory(),
    dispose: async () => pool.dispose(),
  };
  return backend;
}
