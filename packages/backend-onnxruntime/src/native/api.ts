// The C API of ONNX Runtime, as far as Nabla uses it. Its table of functions only ever grows at the end
// (include/onnxruntime/core/session/onnxruntime_c_api.h, struct OrtApi), so a slot means the same in every version.
import { BackendUnavailableError, NablaError } from '@nablajs/tensor';
import koffi from 'koffi';

/** An address in native memory, or the null pointer. */
export type Pointer = bigint | null;

/** Opset 21 came with this version of the API, ONNX Runtime 1.18. */
const OLDEST = 18;

// Slot, result, parameters. Names as in the header.
const SLOTS = {
  GetErrorMessage: [2, 'text', 'pointer'],
  CreateEnv: [3, 'status', 'int text out'],
  CreateSessionFromArray: [8, 'status', 'pointer pointer size pointer out'],
  CreateSessionOptions: [10, 'status', 'out'],
  EnableProfiling: [14, 'status', 'pointer path'],
  SetSessionLogSeverityLevel: [22, 'status', 'pointer int'],
  SetSessionGraphOptimizationLevel: [23, 'status', 'pointer int'],
  SetIntraOpNumThreads: [24, 'status', 'pointer int'],
  CreateTensorAsOrtValue: [48, 'status', 'pointer pointer size int out'],
  CreateTensorWithDataAsOrtValue: [49, 'status', 'pointer pointer size pointer size int out'],
  GetTensorMutableData: [51, 'status', 'pointer out'],
  CreateMemoryInfo: [68, 'status', 'text int int int out'],
  CreateCpuMemoryInfo: [69, 'status', 'int int out'],
  ReleaseEnv: [92, 'nothing', 'pointer'],
  ReleaseStatus: [93, 'nothing', 'pointer'],
  ReleaseMemoryInfo: [94, 'nothing', 'pointer'],
  ReleaseSession: [95, 'nothing', 'pointer'],
  ReleaseValue: [96, 'nothing', 'pointer'],
  ReleaseSessionOptions: [100, 'nothing', 'pointer'],
  AddSessionConfigEntry: [130, 'status', 'pointer text text'],
  CreateAllocator: [131, 'status', 'pointer pointer out'],
  ReleaseAllocator: [132, 'nothing', 'pointer'],
  RunWithBinding: [133, 'status', 'pointer pointer pointer'],
  CreateIoBinding: [134, 'status', 'pointer out'],
  ReleaseIoBinding: [135, 'nothing', 'pointer'],
  BindInput: [136, 'status', 'pointer text pointer'],
  BindOutput: [137, 'status', 'pointer text pointer'],
  SessionOptionsAppendExecutionProvider_CUDA_V2: [204, 'status', 'pointer pointer'],
  CreateCUDAProviderOptions: [205, 'status', 'out'],
  UpdateCUDAProviderOptions: [206, 'status', 'pointer texts texts size'],
  ReleaseCUDAProviderOptions: [208, 'nothing', 'pointer'],
} as const;

/** How each kind of value is declared to koffi. */
const TYPES: Readonly<Record<string, Parameters<typeof koffi.sizeof>[0]>> = {
  nothing: 'void',
  // Null when all went well.
  status: 'void *',
  pointer: 'void *',
  out: koffi.out(koffi.pointer('void *')),
  int: 'int',
  size: 'size_t',
  text: 'const char *',
  // ORTCHAR_T
  path: process.platform === 'win32' ? 'const char16_t *' : 'const char *',
  texts: 'const char **',
};

type Name = keyof typeof SLOTS;
type Call = ((...args: unknown[]) => unknown) & { async(...args: unknown[]): void };

/** The functions of a loaded library. */
export interface OrtApi {
  /** `1.29.0`. */
  readonly version: string;
  /** Calls a function that returns a status; throws with its text. */
  check(name: Name, ...args: unknown[]): void;
  /** {@link check} for functions whose last parameter receives a pointer; returns that. */
  make(name: Name, ...args: unknown[]): bigint;
  /** {@link check} on another thread. */
  checkLater(name: Name, ...args: unknown[]): Promise<void>;
  /** Calls a function without a result. */
  release(name: Name, pointer: Pointer): void;
}

/** A call into ONNX Runtime that failed. */
export class OrtFailure extends NablaError {
  override name = 'OrtFailure';
}

/**
 * Loads the library at a path.
 * @throws BackendUnavailableError when it is not ONNX Runtime or too old
 */
export function loadApi(path: string): OrtApi {
  const base = baseOf(path);
  const [getApi, getVersion] = koffi.decode(base, 'void *', 2) as [bigint, bigint];
  const version = koffi.call(getVersion, koffi.proto('const char *', [])) as string;
  const table = koffi.call(getApi, koffi.proto('void *', ['uint32_t']), OLDEST) as Pointer;
  if (table === null) {
    throw new BackendUnavailableError(
      `onnxruntime: ${path} is ONNX Runtime ${version}; Nabla needs 1.18 or newer. Install onnxruntime-node 1.29.0.`,
    );
  }
  const last = Math.max(...Object.values(SLOTS).map(([slot]) => slot));
  const addresses = koffi.decode(table, 'void *', last + 1) as readonly bigint[];
  const calls = {} as Record<Name, Call>;
  for (const [name, [slot, result, parameters]] of Object.entries(SLOTS)) {
    const types = parameters.split(' ').map((parameter) => TYPES[parameter]!);
    calls[name as Name] = koffi.decode(addresses[slot]!, koffi.proto(TYPES[result]!, types)) as Call;
  }
  const fail = (name: Name, status: bigint): never => {
    const message = calls.GetErrorMessage(status) as string;
    calls.ReleaseStatus(status);
    throw new OrtFailure(`onnxruntime: ${name}: ${message}`);
  };
  const api: OrtApi = {
    version,
    check: (name, ...args) => {
      const status = calls[name](...args) as Pointer;
      if (status !== null) fail(name, status);
    },
    make: (name, ...args) => {
      const out: [Pointer] = [null];
      api.check(name, ...args, out);
      return out[0]!;
    },
    checkLater: (name, ...args) =>
      new Promise((resolve, reject) => {
        calls[name].async(...args, (error: unknown, status: Pointer) => {
          try {
            if (error) throw error;
            if (status !== null) fail(name, status);
            resolve();
          } catch (reason) {
            reject(reason);
          }
        });
      }),
    release: (name, pointer) => {
      if (pointer !== null) calls[name](pointer);
    },
  };
  return api;
}

// Held for good: koffi unloads a library whose handle is collected, and with it the code behind every function.
const libraries = new Map<string, ReturnType<typeof koffi.load>>();

function baseOf(path: string): bigint {
  try {
    const library = libraries.get(path) ?? koffi.load(path);
    libraries.set(path, library);
    return library.func('OrtGetApiBase', 'void *', [])() as bigint;
  } catch (error) {
    throw new BackendUnavailableError(
      `onnxruntime: ${path} could not be loaded as ONNX Runtime: ${(error as Error).message}. ` +
        'Pass library: the path of libonnxruntime, or install onnxruntime-node.',
      { cause: error },
    );
  }
}
