// What can compute, and how to find out whether it can here.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { type Backend, ConfigError, setBackend } from '@nablajs/tensor';
import type { Plugin } from 'nablajs';
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

/** All backends by name, the default first, those of plugins last. Throws ConfigError for two of one name. */
export function backendEntries(plugins: readonly Plugin[]): Readonly<Record<string, BackendEntry>> {
  const entries: Record<string, BackendEntry> = {
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
      open: async () => reference({ ops: plugins.flatMap(({ ops = [] }) => ops) }),
      describe: () => 'plain loops in float64: exact, far too slow for images',
    },
  };
  for (const { name: plugin, backends = {} } of plugins) {
    for (const [name, open] of Object.entries(backends)) {
      if (Object.hasOwn(entries, name)) {
        throw new ConfigError(
          `the plugin '${plugin}' brings a backend '${name}', but there is one of that name already.`,
        );
      }
      entries[name] = { open: async () => open(), describe: () => `of the plugin ${plugin}` };
    }
  }
  return entries;
}

/** The package of ONNX Runtime. Imported when asked for: it is optional, and loads a native library. */
export function loadOnnxRuntime(): Promise<typeof import('@nablajs/backend-onnxruntime')> {
  return optionalBackend(() => import('@nablajs/backend-onnxruntime'));
}

async function onnxruntimeOn(device: 'cpu' | 'cuda'): Promise<Backend> {
  const { onnxruntime } = await loadOnnxRuntime();
  return onnxruntime({ device });
}

/** Makes the backend of `--backend` the one that computes, and returns its name. */
export async function useBackend(options: Options, plugins: readonly Plugin[]): Promise<string> {
  const entries = backendEntries(plugins);
  const name = options.choice('backend', Object.keys(entries))!;
  setBackend(await entries[name]!.open());
  return name;
}
