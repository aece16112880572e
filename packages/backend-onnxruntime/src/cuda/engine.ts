// ONNX Runtime on a GPU.
import { writeModel } from '@nablajs/onnx-graph';
import { BackendUnavailableError } from '@nablajs/tensor';
import koffi from 'koffi';
import type { Engine } from '../engine.ts';
import { loadApi, type OrtApi, type Pointer } from '../native/api.ts';
import { findLibrary } from '../native/library.ts';
import { openSession } from '../native/session.ts';
import { cudaDevice, cudaRuntime } from './device.ts';
import { findProvider, requireLibraries, requireSameVersion } from './installation.ts';
import { besideProvider } from './link.ts';
import { lowerForCuda } from './lower.ts';

/** What the CUDA engine is started with. */
export interface CudaOptions {
  readonly threads: number;
  readonly spinning: boolean;
  readonly library: string | undefined;
  /** Beginning of the paths that sessions write their profiles to. */
  readonly profile?: string | undefined;
  /** Directory of the CUDA provider. */
  readonly provider: string | undefined;
  /** Number of the GPU. */
  readonly deviceId: number;
}

const FATAL = 4;
/** Axes that ONNX Runtime's CUDA kernels broadcast over. */
const MAX_RANK = 8;

/**
 * Starts the CUDA engine.
 * @throws BackendUnavailableError when library, provider, CUDA, cuDNN or a device is missing or does not fit
 */
export function cudaEngine({ threads, spinning, library, profile, provider: given, deviceId }: CudaOptions): Engine {
  const found = findLibrary(library);
  const provider = findProvider(given, found);
  const { version } = loadApi(found);
  requireSameVersion(provider, found, version);
  requireLibraries(provider, (name) => void koffi.load(name));
  const api = loadApi(besideProvider(found, version, provider));
  const env = api.make('CreateEnv', FATAL, 'nabla');
  const session = { threads, spinning, profile, providers: (options: bigint) => appendCuda(api, options, deviceId) };
  const starter = start(() => openSession(api, env, starterModel(), session));
  const runtime = provider.needs.find((name) => name.startsWith('libcudart.so.'))!;
  return {
    name: 'onnxruntime-cuda',
    api,
    env,
    memory: cudaDevice(api, starter.handle, deviceId, cudaRuntime(runtime)),
    lower: lowerForCuda,
    session,
    maxRank: MAX_RANK,
    dispose: () => {
      starter.dispose();
      api.release('ReleaseEnv', env);
    },
  };
}

/** A model of one Identity: its session owns the allocator of the device. */
function starterModel(): Uint8Array {
  const type = { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 1n }] } } };
  return writeModel({
    name: 'start',
    node: [{ opType: 'Identity', input: ['x'], output: ['y'], name: 'start' }],
    input: [{ name: 'x', type }],
    output: [{ name: 'y', type }],
  });
}

function start<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw new BackendUnavailableError(
      `onnxruntime: CUDA did not start: ${(error as Error).message}. Is an NVIDIA GPU visible to this process (nvidia-smi)?`,
      { cause: error },
    );
  }
}

function appendCuda(api: OrtApi, options: bigint, deviceId: number): void {
  const settings: Readonly<Record<string, string>> = {
    device_id: String(deviceId),
    // Full float32 in products; results then agree with the other backends.
    use_tf32: '0',
    // Grows by what is asked for, not by powers of two.
    arena_extend_strategy: 'kSameAsRequested',
    cudnn_conv_algo_search: 'HEURISTIC',
  };
  let cuda: Pointer = null;
  try {
    cuda = api.make('CreateCUDAProviderOptions');
    const [keys, values] = [Object.keys(settings), Object.values(settings)];
    api.check('UpdateCUDAProviderOptions', cuda, keys, values, keys.length);
    api.check('SessionOptionsAppendExecutionProvider_CUDA_V2', options, cuda);
    // A node without a CUDA kernel is an error when the session is opened, not a slow copy to the CPU in every run.
    api.check('AddSessionConfigEntry', options, 'session.disable_cpu_ep_fallback', '1');
  } finally {
    api.release('ReleaseCUDAProviderOptions', cuda);
  }
}
