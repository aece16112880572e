import { type Backend, BackendUnavailableError, ConfigError, type DType, DTypeError } from '@nablajs/tensor';
import { type KernelOptions, tileFor } from './kernels/kernel.ts';
import { Heap } from './memory/heap.ts';
import { readValues, writeValues } from './memory/values.ts';
import { OPS, supports } from './ops/table.ts';
import { Device } from './program/device.ts';
import { compileGraph } from './program/executable.ts';
import { KernelLibrary } from './program/kernels.ts';
import { canShareMemory, hardwareThreads } from './threads/host.ts';
import { detectFeatures, madd } from './wasm/index.ts';

/** Options of {@link cpu}. */
export interface CpuOptions {
  /**
   * Threads that compute at the same time, the calling one included. Workers start when there was a lot to do; the results
   * have the same bits with any number. Default: one less than the machine has, at most 8; 1 where memory cannot be
   * shared (pages that are not cross-origin isolated).
   */
  readonly threads?: number;
  /** The same bits on every machine: no fused multiply-add. A little slower. Default `false`. */
  readonly deterministic?: boolean;
  /**
   * Lets V8 pair 128-bit instructions into 256-bit ones: Node 24 and later, experimental, for the whole process. What they
   * compute is tested at the start; `info` says whether they are in use, and why not. Default `false`.
   */
  readonly turbo?: boolean;
  /** Most bytes it may use. Default and upper limit: 4 GiB. */
  readonly memory?: number;
}

/** What a backend made of its options on this engine. */
export interface CpuInfo {
  /** Threads that compute at the same time. */
  readonly threads: number;
  /** Multiplies and adds in one instruction: last bits may differ between machines. */
  readonly relaxedSimd: boolean;
  /** Works on 256 bits at a time; 128 otherwise. */
  readonly wideVectors: boolean;
  /** Why something that was asked for, or is usual, is not in use; a sentence each. */
  readonly notes: readonly string[];
}

/** The backend that {@link cpu} makes. */
export interface CpuBackend extends Backend {
  readonly info: CpuInfo;
}

const DTYPES: ReadonlySet<DType> = new Set<DType>(['float32', 'int32', 'bool']);
const MAX_RANK = 8;
/** Bytes of unreachable values that may pile up before the collector is asked to look. */
const BYTE_BUDGET = 64 * 2 ** 20;

/**
 * A backend that compiles each graph to one WebAssembly SIMD program: elementwise chains and folds become fused loops,
 * products and convolutions packed kernels, intermediate values one planned arena. Runs in Node and in browsers.
 * @throws ConfigError for options that cannot work
 * @example setBackend(await cpu());
 */
export async function cpu({
  threads,
  deterministic = false,
  turbo = false,
  memory = 2 ** 32,
}: CpuOptions = {}): Promise<CpuBackend> {
  const count = threadCount(threads);
  const plain = detectFeatures({ deterministic });
  const features = turbo ? (await import('./turbo.ts')).withWideVectors(plain) : plain;
  const { relaxedSimd, wideVectors, notes } = features;
  const options: KernelOptions = { relaxed: relaxedSimd, tile: tileFor(features) };
  const heap = new Heap(memory, count > 1);
  const pool = count > 1 ? new (await import('./threads/pool.ts')).Pool(heap.memory, count) : null;
  const library = new KernelLibrary(options, heap, pool);

  const backend: CpuBackend = {
    name: 'cpu',
    info: { threads: count, relaxedSimd, wideVectors, notes },
    capabilities: {
      dtypes: DTYPES,
      ops: OPS,
      supports,
      maxRank: MAX_RANK,
      byteBudget: BYTE_BUDGET,
    },
    upload: (data, spec) => {
      if (!DTYPES.has(spec.dtype)) {
        throw new DTypeError(`cpu: cannot hold ${spec.dtype}. Cast it to float32 or int32 before it comes here.`);
      }
      const buffer = device.allocate(spec);
      writeValues(heap, device.blockOf(buffer).address, data, spec);
      return buffer;
    },
    download: async (buffer) => readValues(heap, device.blockOf(buffer).address, buffer.spec),
    free: (buffer) => device.free(buffer),
    compile: async (graph) => {
      device.requireOpen();
      return compileGraph(graph, device);
    },
    memory: () => device.usage,
    dispose: async () => device.close(),
  };
  const device = new Device(backend, { heap, library, madd: madd(relaxedSimd), pool });
  return backend;
}

const MOST_THREADS = 63;

function threadCount(wanted: number | undefined): number {
  if (wanted === undefined) return canShareMemory() ? Math.max(1, Math.min(8, hardwareThreads() - 1)) : 1;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MOST_THREADS) {
    throw new ConfigError(`cpu: threads must be a whole number from 1 to ${MOST_THREADS}, got ${wanted}.`);
  }
  if (wanted > 1 && !canShareMemory()) {
    throw new BackendUnavailableError(
      `cpu: ${wanted} threads need shared memory, which this page has not got. ` +
        'Serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave threads out.',
    );
  }
  return wanted;
}
