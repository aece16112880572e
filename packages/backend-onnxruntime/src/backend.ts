// The backend: buffers, and one ONNX model and one session per graph.
import { loweredOps } from '@nablajs/onnx-graph';
import type { Backend, DType, Executable } from '@nablajs/tensor';
import type { Engine } from './engine.ts';
import { executableOf } from './executable.ts';
import { BufferPool, type OrtBuffer } from './native/memory.ts';

const DTYPES: ReadonlySet<DType> = new Set<DType>(['float32', 'float16', 'int32', 'bool']);

/** The backend that an engine makes. */
export function backendOn(engine: Engine): Backend {
  const pool = new BufferPool(engine.memory, () => backend);
  const open = new Set<Executable>();

  const backend: Backend = {
    name: engine.name,
    capabilities: { dtypes: DTYPES, ops: loweredOps, maxRank: engine.maxRank },
    upload(data, spec): OrtBuffer {
      const buffer = pool.take(spec);
      buffer.block.write(data);
      return buffer;
    },
    download: async (buffer) => pool.owned(buffer).block.read(),
    free: (buffer) => pool.free(buffer as OrtBuffer),
    async compile(graph): Promise<Executable> {
      const executable = executableOf(graph, engine, pool);
      const listed: Executable = {
        ...executable,
        dispose: () => {
          if (open.delete(listed)) executable.dispose();
        },
      };
      open.add(listed);
      return listed;
    },
    memory: () => pool.memory(),
    async dispose(): Promise<void> {
      for (const executable of [...open]) executable.dispose();
      pool.dispose();
      engine.dispose();
    },
  };
  return backend;
}
