// ONNX Runtime on the CPU.
import { lowerGraph } from '@nablajs/onnx-graph';
import type { Engine } from './engine.ts';
import { loadApi } from './native/api.ts';
import { channelBlock } from './native/channel-block.ts';
import { cpuDevice } from './native/cpu-device.ts';
import { findLibrary } from './native/library.ts';

/** What the CPU engine is started with. */
export interface CpuOptions {
  readonly threads: number;
  readonly spinning: boolean;
  readonly library: string | undefined;
  /** Beginning of the paths that sessions write their profiles to. */
  readonly profile?: string | undefined;
}

/** OrtLoggingLevel: what fails comes back as an error, and need not be printed as well. */
const FATAL = 4;

/** Elements that a chain of elementwise operators takes at once: a few such tensors fit a core's second cache. */
const TILE = 2 ** 16;

/** Elements of the largest of the tensors that one convolution leaves to the next, which are used up in between. */
const IMAGES = 2 ** 19;

/** Starts the CPU engine. */
export function cpuEngine({ threads, spinning, library, profile }: CpuOptions): Engine {
  const api = loadApi(findLibrary(library));
  const env = api.make('CreateEnv', FATAL, 'nabla');
  const block = channelBlock(api, env);
  return {
    name: 'onnxruntime-cpu',
    api,
    env,
    memory: cpuDevice(api),
    lower: (graph, each) =>
      lowerGraph(graph, { device: 'cpu', threads: each, block, tile: TILE * each, images: IMAGES * each }),
    session: { threads, spinning, profile },
    maxRank: Number.POSITIVE_INFINITY,
    dispose: () => api.release('ReleaseEnv', env),
  };
}
