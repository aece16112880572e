// What can compute, and how to find out whether it can here.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { type Backend, setBackend } from '@nablajs/tensor';
import type { Options } from '../arguments/options.ts';
import { optionalBackend } from './optional.ts';
import { hasRelaxedSimd } from './relaxed-simd.ts';

/** A backend that can be asked for by name. */
export interface BackendEntry {
  /** Throws BackendUnavailableError with what is missing. */
  open(): Promise<Backend>;
  /** What there is to know of it, once it is open. */
  describe(): string;
}

/** All backends, by name. */
export const backendEntries: Readonly<Record<'cpu' | 'onnxruntime' | 'onnxruntime:cuda' | 'reference', BackendEntry>> =
  {
    cpu: {
      open: () => cpu(),
      describe: () => `WebAssembly SIMD, relaxed SIMD: ${hasRelaxedSimd() ? 'yes' : 'no'}`,
    },
    onnxruntime: {
      open: () => onnxruntimeOn('cpu'),
      describe: () => 'native kernels, one session per graph',
    },
    'onnxruntime:cuda': {
      open: () => onnxruntimeOn('cuda'),
      describe: () => 'native kernels on the graphics card; state stays there',
    },
    reference: {
      open: async () => reference(),
      describe: () => 'plain loops in float64: exact, far too slow for images',
    },
  };

/** The package of ONNX Runtime. Imported when asked for: it is optional, and loads a native library. */
export function loadOnnxRuntime(): Promise<typeof import('@nablajs/backend-onnxruntime')> {
  return optionalBackend(() => import('@nablajs/backend-onnxruntime'));
}

async function onnxruntimeOn(device: 'cpu' | 'cuda'): Promise<Backend> {
  const { onnxruntime } = await loadOnnxRuntime();
  return onnxruntime({ device });
}

/** The name of a backend. */
export type BackendName = keyof typeof backendEntries;

/** Their names, the default first. */
export const BACKEND_NAMES: readonly BackendName[] = Object.keys(backendEntries) as BackendName[];

/** Makes the backend of `--backend` the one that computes. */
export async function useBackend(options: Options): Promise<BackendName> {
  const name = options.choice('backend', BACKEND_NAMES)!;
  setBackend(await backendEntries[name].open());
  return name;
}
