// What CUDA says about itself: versions, and the devices there are. Only functions whose signatures never change.
import { BackendUnavailableError } from '@nablajs/tensor';
import koffi from 'koffi';

/** A graphics card. */
export interface CudaDevice {
  /** `NVIDIA H200`. */
  readonly name: string;
  /** Bytes of its memory. */
  readonly memory: number;
  /** Compute capability, `9.0`. */
  readonly capability: string;
}

const OUT_INT = koffi.out(koffi.pointer('int'));
const OUT_SIZE = koffi.out(koffi.pointer('size_t'));
// CUdevice_attribute.
const CAPABILITY_MAJOR = 75;
const CAPABILITY_MINOR = 76;

/** `13000` as `13.0`: how CUDA and its driver number themselves. */
export function cudaVersion(number: number): string {
  return `${Math.floor(number / 1000)}.${Math.floor((number % 1000) / 10)}`;
}

/** `91002` as `9.10.2`: how cuDNN numbers itself since its version 9. */
export function cudnnVersion(number: number): string {
  return `${Math.floor(number / 10000)}.${Math.floor((number % 10000) / 100)}.${number % 100}`;
}

/** The version of the CUDA runtime in a library, `libcudart.so.13`. */
export function runtimeVersion(library: string): string {
  const out = [0];
  koffi.load(library).func('cudaRuntimeGetVersion', 'int', [OUT_INT])(out);
  return cudaVersion(out[0]!);
}

/** The version of the cuDNN in a library, `libcudnn.so.9`. */
export function versionOfCudnn(library: string): string {
  return cudnnVersion(Number(koffi.load(library).func('cudnnGetVersion', 'size_t', [])()));
}

/** The newest CUDA that the driver in a library, `libcuda.so.1`, can run. */
export function driverVersion(library: string): string {
  const out = [0];
  koffi.load(library).func('cuDriverGetVersion', 'int', [OUT_INT])(out);
  return cudaVersion(out[0]!);
}

/**
 * The devices that a driver shows this process.
 * @throws BackendUnavailableError with the number of CUDA's error
 */
export function devicesOf(library: string): CudaDevice[] {
  const driver = koffi.load(library);
  const call = (name: string, types: readonly Parameters<typeof koffi.sizeof>[0][], ...args: unknown[]): void => {
    const status = driver.func(name, 'int', [...types])(...args) as number;
    if (status !== 0)
      throw new BackendUnavailableError(`onnxruntime: ${name} of the NVIDIA driver gave error ${status}.`);
  };
  const attribute = (kind: number, device: number): number => {
    const out = [0];
    call('cuDeviceGetAttribute', [OUT_INT, 'int', 'int'], out, kind, device);
    return out[0]!;
  };
  const count = [0];
  call('cuInit', ['unsigned int'], 0);
  call('cuDeviceGetCount', [OUT_INT], count);
  return Array.from({ length: count[0]! }, (_, i) => {
    const [device, bytes, name] = [[0], [0], Buffer.alloc(256)];
    call('cuDeviceGet', [OUT_INT, 'int'], device, i);
    call('cuDeviceGetName', ['void *', 'int', 'int'], name, name.length, device[0]);
    call('cuDeviceTotalMem_v2', [OUT_SIZE, 'int'], bytes, device[0]);
    return {
      name: name.toString('utf8', 0, name.indexOf(0)),
      memory: Number(bytes[0]),
      capability: `${attribute(CAPABILITY_MAJOR, device[0]!)}.${attribute(CAPABILITY_MINOR, device[0]!)}`,
    };
  });
}
