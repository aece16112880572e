// The device under test, with a count of what crosses its border and a record of what was compiled for it.
import { availableParallelism, cpus } from 'node:os';
import type { Backend, Graph } from '@nablajs/tensor';
import { backendOn } from '../../src/backend.ts';
import { cpuEngine } from '../../src/cpu-engine.ts';
import { devicesOf } from '../../src/cuda/driver.ts';
import { cudaEngine } from '../../src/cuda/engine.ts';
import type { Engine } from '../../src/engine.ts';
import { bytesOf } from '../../src/native/memory.ts';
import type { CardOptions } from './options.ts';

/** A backend that is watched. */
export interface Watched {
  readonly backend: Backend;
  /** Bytes to the device and back from it, so far. */
  readonly moved: { in: number; out: number };
  /** Graphs in the order they were compiled. */
  readonly graphs: Graph[];
}

/** Starts the device that the options name. */
export function openDevice(options: CardOptions): Watched {
  return watched(engineOf(options));
}

/** The CPU, to compare with. */
export function openCpu(): Watched {
  return watched(cpuEngine({ threads: availableParallelism(), spinning: true, library: undefined }));
}

function engineOf({ device, deviceId, places: { library, provider } }: CardOptions): Engine {
  const shared = { threads: availableParallelism(), spinning: true, library };
  return device === 'cpu' ? cpuEngine(shared) : cudaEngine({ ...shared, provider, deviceId });
}

function watched(engine: Engine): Watched {
  const moved = { in: 0, out: 0 };
  const graphs: Graph[] = [];
  const backend = backendOn({
    ...engine,
    memory: {
      allocate: (spec) => {
        const block = engine.memory.allocate(spec);
        return {
          ...block,
          write: (data) => {
            moved.in += bytesOf(spec);
            block.write(data);
          },
          read: () => {
            moved.out += bytesOf(spec);
            return block.read();
          },
        };
      },
    },
    lower: (graph, threads) => {
      graphs.push(graph);
      return engine.lower(graph, threads);
    },
  });
  return { backend, moved, graphs };
}

/** What the numbers were measured on. */
export function nameOf({ device, deviceId }: CardOptions): string {
  if (device === 'cpu')
    return `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'unknown processor'} (no card)`;
  const { name, memory, capability } = devicesOf('libcuda.so.1')[deviceId]!;
  return `${name}, ${(memory / 2 ** 30).toFixed(0)} GiB, compute capability ${capability}`;
}
