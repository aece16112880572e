// The front door: which device, which library.
import { availableParallelism } from 'node:os';
import { type Backend, ConfigError } from '@nablajs/tensor';
import { backendOn } from './backend.ts';
import { cpuEngine } from './cpu-engine.ts';

/** Options of {@link onnxruntime}. */
export interface OnnxRuntimeOptions {
  /** Default `'cpu'`. */
  readonly device?: 'cpu' | 'cuda';
  /** Threads that one operator may use on the CPU. Default: one per core. */
  readonly threads?: number;
  /** Whether idle threads spin for work. Default `true`; turn it off when the machine is shared. */
  readonly spinning?: boolean;
  /** The library of ONNX Runtime, or a directory that holds it. Default: the one in `onnxruntime-node`. */
  readonly library?: string;
}

/**
 * Starts ONNX Runtime. Every graph, a whole training step included, becomes one ONNX model in one session; values stay
 * in memory that the session reads and writes in place.
 * @throws BackendUnavailableError when the library or the device is not there, with what was looked for
 * @example setBackend(await onnxruntime());
 */
export async function onnxruntime(options: OnnxRuntimeOptions = {}): Promise<Backend> {
  const { device = 'cpu', threads, spinning = true, library } = options;
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1)) {
    throw new ConfigError(`onnxruntime: threads must be a whole number of at least 1, got ${threads}.`);
  }
  return backendOn(cpuEngine({ threads: threads ?? availableParallelism(), spinning, library }));
}
