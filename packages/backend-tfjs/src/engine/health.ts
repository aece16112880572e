// Devices go away: drivers restart, browsers take contexts back. Then nothing may hang, and the error says what to do.
import { BackendUnavailableError, formatSpec, NablaError, type Spec } from '@nablajs/tensor';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import type { EngineName } from './name.ts';

interface WebGLDevice extends KernelBackend {
  readonly gpgpu: { readonly gl: WebGLRenderingContext };
  /** Compiled programs, shared by all engines of the page and useless once their context is gone. */
  readonly binaryCache: Record<string, unknown>;
}

interface WebGPUDevice extends KernelBackend {
  readonly device: { readonly lost: Promise<unknown> };
}

/** Knows whether an engine's device is still there. */
export class Health {
  readonly #name: EngineName;
  readonly #waiting: Set<() => void> = new Set();
  readonly #onLost: () => void;
  #webgl: WebGLDevice | null = null;
  #lost = false;

  /** `onLost` runs once, when the device is gone. */
  constructor(name: EngineName, backend: KernelBackend, onLost: () => void) {
    this.#name = name;
    this.#onLost = onLost;
    if (name === 'webgl') {
      this.#webgl = backend as WebGLDevice;
      this.#webgl.gpgpu.gl.canvas.addEventListener('webglcontextlost', () => this.#lose());
    }
    if (name === 'webgpu') void (backend as WebGPUDevice).device.lost.then(() => this.#lose());
  }

  /** True once the device is gone; known at once, while its event comes later. */
  get lost(): boolean {
    if (this.#webgl?.gpgpu.gl.isContextLost()) this.#lose();
    return this.#lost;
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    for (const key of Object.keys(this.#webgl?.binaryCache ?? {})) delete this.#webgl!.binaryCache[key];
    this.#onLost();
    for (const fail of this.#waiting) fail();
  }

  /** Throws BackendUnavailableError when the device is gone. */
  require(): void {
    if (this.lost) throw this.#lostError();
  }

  /** The same promise, rejected as soon as the device is gone: engines would wait for it forever. */
  watch<T>(reading: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(this.#lostError());
      this.#waiting.add(fail);
      reading
        .then(resolve, (error: unknown) => reject(this.lost ? this.#lostError() : error))
        .finally(() => this.#waiting.delete(fail));
    });
  }

  /** What a failure inside the engine means for the caller. */
  explain(error: unknown, op: string, spec: Spec): Error {
    if (this.lost) return this.#lostError();
    if (error instanceof NablaError) return error;
    const { message } = error as Error;
    if (/memory|texture size|allocation failed|invalid array length/i.test(message)) {
      return new NablaError(
        `tfjs-${this.#name}: out of memory: ${op} makes ${formatSpec(spec)}, which does not fit the device (${message}). ` +
          'Use smaller batches, or dispose values you no longer need.',
        { op, cause: error },
      );
    }
    return new NablaError(
      `tfjs-${this.#name}: the engine failed at ${op}, which makes ${formatSpec(spec)}: ${message}`,
      {
        op,
        cause: error,
      },
    );
  }

  #lostError(): BackendUnavailableError {
    return new BackendUnavailableError(
      `tfjs-${this.#name}: the device was lost: the browser or the driver took it away, after sleep, a crash, or too much memory. ` +
        `The values on it are gone. Start again with await tfjs({ engine: '${this.#name}' }) and the last saved model.`,
    );
  }
}
