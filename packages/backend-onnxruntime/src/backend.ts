// The backend: buffers, and one ONNX model and one session per graph.
import { loweredOps } from '@nablajs/onnx-graph';
import { type Backend, type Buffer, type DType, type Executable, TraceError } from '@nablajs/tensor';
import type { Engine } from './engine.ts';
import { executableOf } from './executable.ts';
import { BufferPool, type OrtBuffer } from './native/memory.ts';

const DTYPES: ReadonlySet<DType> = new Set<DType>(['float32', 'float16', 'int32', 'bool']);

/** The backend that an engine makes. */
export function backendOn(engine: Engine): Backend {
  const pool = new BufferPool(engine.memory, () => backend);
  const open = new Set<Executable>();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;
  const requireOpen = (): void => {
    if (closed) throw new TraceError(`${engine.name}: the backend was disposed of. Start another with onnxruntime().`);
  };

  const backend: Backend = {
    name: engine.name,
    capabilities: { dtypes: DTYPES, ops: loweredOps, maxRank: engine.maxRank },
    upload(data, spec): OrtBuffer {
      requireOpen();
      const buffer = pool.take(spec);
      buffer.block.write(data);
      return buffer;
    },
    download: async (buffer) => pool.owned(buffer).block.read(),
    free: (buffer) => pool.free(buffer as OrtBuffer),
    async compile(graph): Promise<Executable> {
      requireOpen();
      const executable = executableOf(graph, engine, pool);
      const listed: Executable = {
        ...executable,
        async run(buffers): Promise<readonly Buffer[]> {
          requireOpen();
          const run = executable.run(buffers);
          underWay.add(run);
          try {
            return await run;
          } finally {
            underWay.delete(run);
          }
        },
        dispose: () => {
          if (open.delete(listed)) executable.dispose();
        },
      };
      open.add(listed);
      return listed;
    },
    memory: () => pool.memory(),
    async dispose(): Promise<void> {
      if (closed) return;
      closed = true;
      await Promise.allSettled(underWay);
      for (const executable of [...open]) executable.dispose();
      pool.dispose();
      engine.dispose();
    },
  };
  return backend;
}
