// The engines the page can compute with. Another backend is another entry; nothing else on the page knows their names.
import type { Backend } from 'nablajs';

/** Something that computes in a page. */
export interface Engine {
  readonly id: string;
  readonly label: string;
  /** One sentence for whoever chooses. */
  readonly hint: string;
  /** False where the browser certainly has no such device; where it may have one, starting it tells. */
  readonly isOffered: () => boolean;
  /** Loads and starts it. Throws BackendUnavailableError where it cannot run. */
  readonly open: () => Promise<Backend>;
}

/** All of them; the first is used until somebody chooses another, and none takes another's place by itself. */
export const engines: readonly Engine[] = [
  {
    id: 'cpu',
    label: 'CPU (WebAssembly)',
    hint: 'Compiles the whole training step to one WebAssembly SIMD program. Runs everywhere.',
    isOffered: () => true,
    open: async () => (await import('@nablajs/backend-cpu')).cpu(),
  },
  {
    id: 'webgl',
    label: 'GPU (WebGL 2)',
    hint: 'Runs the training step as shaders on the graphics card. Slower than the CPU where graphics are drawn in software.',
    isOffered: () => typeof OffscreenCanvas !== 'undefined',
    open: async () => (await import('@nablajs/backend-tfjs')).tfjs({ engine: 'webgl' }),
  },
  {
    id: 'webgpu',
    label: 'GPU (WebGPU)',
    hint: 'The newer way to the graphics card, by the kernels of TensorFlow.js; some ops still run on the host.',
    isOffered: () => typeof navigator !== 'undefined' && 'gpu' in navigator,
    open: async () => (await import('@nablajs/backend-tfjs')).tfjs({ engine: 'webgpu' }),
  },
];
