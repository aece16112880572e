// One graph as one session.

import { inputName, lowerGraph, outputName } from '@nablajs/onnx';
import { type Buffer, type Executable, type Graph, specOf } from '@nablajs/tensor';
import type { BufferPool, OrtBuffer } from './native/memory.ts';
import { bytesOf } from './native/memory.ts';
import type { Session } from './native/session.ts';

/** Runs shorter than this stay on the calling thread: handing them over would take longer. */
const WORTH_A_THREAD = 1; // ms

/** Makes an executable of a graph whose session `open` opens. */
export function executableOf(
  graph: Graph,
  open: (model: Uint8Array) => Session,
  pool: BufferPool,
  target: { readonly device: 'cpu' | 'cuda'; readonly threads: number },
): Executable {
  const model = lowerGraph(graph, target);
  const session = open(model);
  const specs = graph.outputs.map((value) => specOf(graph, value));
  pool.expect(specs.reduce((sum, spec) => sum + bytesOf(spec), 0));
  let expected = 0;

  return {
    async run(buffers): Promise<readonly Buffer[]> {
      const inputs = buffers as readonly OrtBuffer[];
      const outputs = specs.map((spec) => pool.take(spec));
      const ins = inputs.map(({ block }, i) => [inputName(i), block.value] as const);
      const outs = outputs.map(({ block }, i) => [outputName(i), block.value] as const);
      try {
        await pool.during([...inputs, ...outputs], async () => {
          const started = performance.now();
          if (expected > WORTH_A_THREAD) await session.runLater(ins, outs);
          else session.run(ins, outs);
          expected = performance.now() - started;
        });
      } catch (error) {
        for (const buffer of outputs) pool.free(buffer);
        throw error;
      } finally {
        for (const i of graph.donated) pool.free(inputs[i]!);
      }
      return outputs;
    },
    describe: () =>
      `onnxruntime: one session, ${(model.length / 1024).toFixed(1)} KB of ONNX, ${specs.length} outputs, the last run took ${expected.toFixed(2)} ms`,
    dispose: () => session.dispose(),
  };
}
