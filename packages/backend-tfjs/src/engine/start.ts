// Starting an engine of TensorFlow.js, and saying what is missing where it cannot start.
import { BackendUnavailableError, ConfigError } from '@nablajs/tensor';
import { env, findBackendFactory, type KernelBackend } from '@tensorflow/tfjs-core';
import { Device } from '../webgl/device.ts';
import { Health } from './health.ts';
import type { EngineName } from './name.ts';

/** A started engine. */
export interface Engine {
  readonly name: EngineName;
  readonly backend: KernelBackend;
  /** True where floats have 16 bits: some phones render no others. */
  readonly halfFloat: boolean;
  /** Runs shaders of our own, where there is WebGL. */
  readonly device: Device | null;
  readonly health: Health;
}

type Factory = () => KernelBackend | Promise<KernelBackend>;

const LOADERS: Readonly<Record<EngineName, () => Promise<Factory>>> = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    return findBackendFactory('cpu');
  },
  webgl: async () => (await import('./webgl.ts')).createWebGL,
  webgpu: async () => {
    await import('@tensorflow/tfjs-backend-webgpu');
    return findBackendFactory('webgpu');
  },
};

const started = new Map<EngineName, Promise<Engine>>();

/**
 * Starts an engine, once per page: all backends on it share its device and its textures.
 * @throws BackendUnavailableError when the package or the device is not there
 */
export async function startEngine(name: EngineName): Promise<Engine> {
  if (!(name in LOADERS)) {
    throw new ConfigError(`tfjs: there is no engine '${String(name)}'. Use 'webgl', 'webgpu' or 'cpu'.`);
  }
  const known = started.get(name);
  if (known && !(await known).health.lost) return known;
  const engine = start(name);
  started.set(name, engine);
  // A device may come later: a lost driver restarts, a flag is set.
  engine.catch(() => started.delete(name));
  return engine;
}

async function start(name: EngineName): Promise<Engine> {
  requireDevice(name);
  let create: Factory;
  try {
    create = await LOADERS[name]();
  } catch (error) {
    throw new BackendUnavailableError(
      `tfjs: the package @tensorflow/tfjs-backend-${name} could not be loaded (${(error as Error).message}). Install it: npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-${name}.`,
      { cause: error },
    );
  }
  let backend: KernelBackend;
  try {
    backend = await create();
  } catch (error) {
    throw new BackendUnavailableError(
      `tfjs: the ${name} engine did not start: ${(error as Error).message}. ${ALTERNATIVE}`,
      { cause: error },
    );
  }
  // Small values on the host would be computed there, by other formulas: results must not depend on where operands lie.
  if (name !== 'cpu') Object.assign(backend, { shouldExecuteOnCPU: () => false });
  return {
    name,
    backend,
    halfFloat: name === 'webgl' && env().get('WEBGL_RENDER_FLOAT32_ENABLED') === false,
    device: name === 'webgl' ? new Device(backend) : null,
    health: new Health(name, backend, () => started.delete(name)),
  };
}

const ALTERNATIVE = "The backend 'cpu' of @nablajs/backend-cpu runs everywhere.";

function requireDevice(name: EngineName): void {
  if (name === 'webgl' && !hasWebGL2()) {
    throw new BackendUnavailableError(
      `tfjs: no WebGL 2 here: neither an OffscreenCanvas nor a canvas gave a 'webgl2' context${hostName()}. ` +
        `Use a browser with hardware acceleration turned on. ${ALTERNATIVE}`,
    );
  }
  if (name === 'webgpu' && typeof navigator !== 'undefined' && 'gpu' in navigator) return;
  if (name === 'webgpu') {
    throw new BackendUnavailableError(
      `tfjs: no WebGPU here: navigator.gpu does not exist${hostName()}. ` +
        `Use a browser with WebGPU, on a page served over https or from localhost. ${ALTERNATIVE}`,
    );
  }
}

function hostName(): string {
  return typeof document === 'undefined' && typeof OffscreenCanvas === 'undefined' ? ' (this host is no browser)' : '';
}

function hasWebGL2(): boolean {
  const context = probeCanvas()?.getContext('webgl2') as WebGL2RenderingContext | null | undefined;
  // Browsers keep few contexts alive: this one is done.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return !!context;
}

function probeCanvas(): HTMLCanvasElement | OffscreenCanvas | null {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(1, 1);
  return typeof document === 'undefined' ? null : document.createElement('canvas');
}
