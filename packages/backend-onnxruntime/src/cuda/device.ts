// Memory of a GPU: tensors from ONNX Runtime's own allocator, copied to and from the host by the CUDA runtime.
import { BackendUnavailableError, NablaError } from '@nablajs/tensor';
import koffi from 'koffi';
import type { OrtApi } from '../native/api.ts';
import { elementsFor, toElements, toHost } from '../native/elements.ts';
import { type Block, bytesOf, type Device, ELEMENT_CODES } from '../native/memory.ts';

// OrtAllocatorType and OrtMemType.
const ARENA_ALLOCATOR = 1;
const DEFAULT_MEMORY = 0;
// cudaMemcpyKind.
const TO_DEVICE = 1;
const TO_HOST = 2;

/** The functions of the CUDA runtime that move values. */
export interface CudaRuntime {
  /** Copies to or from GPU `device`; the values have arrived when it returns. */
  copy(device: number, to: unknown, from: unknown, bytes: number, kind: number): void;
}

// Held for good, as the library of ONNX Runtime is.
const runtimes = new Map<string, CudaRuntime>();

/** The CUDA runtime by the name that the provider is linked against, `libcudart.so.13`. */
export function cudaRuntime(name: string): CudaRuntime {
  const known = runtimes.get(name);
  if (known) return known;
  const library = koffi.load(name);
  const setDevice = library.func('cudaSetDevice', 'int', ['int']);
  const memcpy = library.func('cudaMemcpy', 'int', ['void *', 'void *', 'size_t', 'int']);
  const synchronize = library.func('cudaStreamSynchronize', 'int', ['void *']);
  const textOf = library.func('cudaGetErrorString', 'const char *', ['int']);
  const runtime: CudaRuntime = {
    copy(device, to, from, bytes, kind): void {
      const check = (status: number): void => {
        if (status === 0) return;
        throw new NablaError(`onnxruntime: copying ${bytes} bytes failed: ${textOf(status) as string}.`);
      };
      // Every thread has a current device of its own, and sessions on other devices change it.
      check(setDevice(device) as number);
      check(memcpy(to, from, bytes, kind) as number);
      // From ordinary memory, the copy may still be on its way; ONNX Runtime's stream does not wait for the default one.
      if (kind === TO_DEVICE) check(synchronize(null) as number);
    },
  };
  runtimes.set(name, runtime);
  return runtime;
}

/** The memory of GPU `id`, through the allocator of a session that runs on it. */
export function cudaDevice(api: OrtApi, session: bigint, id: number, runtime: CudaRuntime): Device {
  const info = api.make('CreateMemoryInfo', 'Cuda', ARENA_ALLOCATOR, id, DEFAULT_MEMORY);
  const allocator = api.make('CreateAllocator', session, info);
  return {
    allocate(spec): Block {
      const code = ELEMENT_CODES[spec.dtype];
      if (code === undefined) throw new BackendUnavailableError(`onnxruntime: no ${spec.dtype} on CUDA.`);
      const value = api.make(
        'CreateTensorAsOrtValue',
        allocator,
        BigInt64Array.from(spec.shape, BigInt),
        spec.shape.length,
        code,
      );
      const address = api.make('GetTensorMutableData', value);
      const bytes = bytesOf(spec);
      return {
        value,
        write: (data) => {
          if (bytes > 0) runtime.copy(id, address, toElements(data, spec), bytes, TO_DEVICE);
        },
        read: () => {
          const elements = elementsFor(spec);
          if (bytes > 0) runtime.copy(id, elements, address, bytes, TO_HOST);
          return toHost(elements);
        },
        release: () => api.release('ReleaseValue', value),
      };
    },
  };
}
