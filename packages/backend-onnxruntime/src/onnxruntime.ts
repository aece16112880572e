// The front door: which device, which library.
import { availableParallelism } from 'node:os';
import { type Backend, ConfigError } from '@nablajs/tensor';
import { backendOn } from './backend.ts';
import { cpuEngine } from './cpu-engine.ts';
import { cudaEngine } from './cuda/engine.ts';

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
  /**
   * Beginning of the path of profiles: each session writes the times of its operators to `<profile>_<date and time>.json`
   * when it is closed, as a trace that chrome://tracing shows. Default: none.
   */
  readonly profile?: string;
  /** The directory of the CUDA provider. Default: beside the library, in `onnxruntime-node`, or an installed package. */
  readonly provider?: string;
  /** Which GPU, as `nvidia-smi` counts. Default 0. */
  readonly deviceId?: number;
}

/**
 * Starts ONNX Runtime. Every graph, a whole training step included, becomes one ONNX model in one session; values stay
 * in memory that the session reads and writes in place.
 * @throws BackendUnavailableError when the library or the device is not there, with what was looked for
 * @example setBackend(await onnxruntime());
 */
export async function onnxruntime(options: OnnxRuntimeOptions = {}): Promise<Backend> {
  const { device = 'cpu', threads, spinning = true, library, profile, provider, deviceId = 0 } = options;
  requireWhole('threads', threads ?? 1, 1);
  requireWhole('deviceId', deviceId, 0);
  const shared = { threads: threads ?? availableParallelism(), spinning, library, profile };
  if (device === 'cpu') return backendOn(cpuEngine(shared));
  if (device === 'cuda') return backendOn(cudaEngine({ ...shared, provider, deviceId }));
  throw new ConfigError(`onnxruntime: device must be 'cpu' or 'cuda', got '${String(device)}'.`);
}

function requireWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ConfigError(`onnxruntime: ${name} must be a whole number of at least ${least}, got ${value}.`);
}
