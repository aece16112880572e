import { type Backend, type DType, DTypeError, type Instruction, type Spec } from '@nablajs/tensor';
import { DEFAULT_TILE, KERNELS, type KernelOptions } from './kernels/index.ts';
import { Heap } from './memory/heap.ts';
import { readValues, writeValues } from './memory/values.ts';
import { ALONG_KERNELS } from './ops/along.ts';
import { lowerings } from './ops/table.ts';
import { Device } from './program/device.ts';
import { compileGraph } from './program/executable.ts';
import { kernelLibrary } from './program/kernels.ts';
import { detectFeatures, madd } from './wasm/index.ts';

/** Options of {@link cpu}. */
export interface CpuOptions {
  /** The same bits on every machine: no fused multiply-add. A little slower. Default `false`. */
  readonly deterministic?: boolean;
  /** Lets V8 pair 128-bit instructions into 256-bit ones: Node 24 and later, experimental, for the whole process. Default `false`. */
  readonly turbo?: boolean;
  /** Most bytes it may use. Default and upper limit: 4 GiB. */
  readonly memory?: number;
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
  deterministic = false,
  turbo = false,
  memory = 2 ** 32,
}: CpuOptions = {}): Promise<Backend> {
  const { relaxedSimd } = detectFeatures({ deterministic, turbo });
  const options: KernelOptions = { relaxed: relaxedSimd, tile: DEFAULT_TILE };
  const heap = new Heap(memory);
  const library = await kernelLibrary([...KERNELS, ...ALONG_KERNELS], options, heap.memory);

  const backend: Backend = {
    name: 'cpu',
    capabilities: {
      dtypes: DTYPES,
      ops: new Set(Object.keys(lowerings)),
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
    compile: (graph) => {
      device.requireOpen();
      return compileGraph(graph, device);
    },
    memory: () => device.usage,
    dispose: async () => device.close(),
  };
  const device = new Device(backend, heap, library, lowerings, madd(relaxedSimd));
  return backend;
}

function supports({ op, attrs }: Instruction, operands: readonly Spec[]): true | string {
  const lowering = lowerings[op]!;
  return lowering.kind === 'kernel' && lowering.supports ? lowering.supports(attrs, operands) : true;
}
