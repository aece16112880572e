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
  copy(to: unknown, from: unknown, bytes: number, kind: number): void;
}

// Held for good, as the library of ONNX Runtime is.
const runtimes = new Map<string, CudaRuntime>();

/** The CUDA runtime by the name that the provider is linked against, `libcudart.so.13`. */
export function cudaRuntime(name: string): CudaRuntime {
  const known = runtimes.get(name);
  if (known) return known;
  const library = koffi.load(name);
  const memcpy = library.func('cudaMemcpy', 'int', ['void *', 'void *', 'size_t', 'int']);
  const textOf = library.func('cudaGetErrorString', 'const char *', ['int']);
  const runtime: CudaRuntime = {
    copy(to, from, bytes, kind): void {
      const status = memcpy(to, from, bytes, kind) as number;
      if (status !== 0)
        throw new NablaError(`onnxruntime: copying ${bytes} bytes failed: ${textOf(status) as string}.`);
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
          if (bytes > 0) runtime.copy(address, toElements(data, spec), bytes, TO_DEVICE);
        },
        read: () => {
          const elements = elementsFor(spec);
          if (bytes > 0) runtime.copy(elements, address, bytes, TO_HOST);
          return toHost(elements);
        },
        release: () => api.release('ReleaseValue', value),
      };
    },
  };
}
