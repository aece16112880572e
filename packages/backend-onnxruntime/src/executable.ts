// One graph as one session.
import { numberOf, type Part, readModel, readName } from '@nablajs/onnx-graph';
import { type Buffer, type Executable, type Graph, type Shape, specOf } from '@nablajs/tensor';
import type { Engine } from './engine.ts';
import type { Binding } from './native/bindings.ts';
import { type BufferPool, bytesOf, keyOf, type OrtBuffer } from './native/memory.ts';
import { openSession } from './native/session.ts';
import { workOf } from './work.ts';

/** Runs shorter than this stay on the calling thread: handing them to another would take longer. */
const WORTH_A_THREAD = 1; // ms

/** Every session has threads of its own, so graphs with less work than this get none beside the calling one. */
const WORTH_A_POOL = 2e6; // floating-point operations

/** Compiles a graph. */
export function executableOf(graph: Graph, engine: Engine, pool: BufferPool): Executable {
  const specs = graph.outputs.map((value) => specOf(graph, value));
  // A model without outputs is none.
  const threads = workOf(graph) < WORTH_A_POOL ? 1 : engine.session.threads;
  const model = specs.length === 0 ? null : engine.lower(graph, threads);
  const session = model && openSession(engine.api, engine.env, model, { ...engine.session, threads });
  const places = model && placesOf(model);
  pool.expect(specs.reduce((sum, spec) => sum + bytesOf(spec), 0));
  const wanted = specs.map((spec, i) => {
    const over = places?.outputs.find(({ buffer }) => buffer === i)?.over;
    return { spec, key: keyOf(spec), over };
  });
  let lastRun = 0;

  return {
    async run(buffers): Promise<readonly Buffer[]> {
      const inputs = buffers.map((buffer) => pool.owned(buffer));
      const outputs = wanted.map(
        ({ spec, key, over }) =>
          (over !== undefined && alone(inputs, over) && pool.move(inputs[over]!)) || pool.take(spec, key),
      );
      try {
        if (session && places) {
          const ins = bindings(places.inputs, inputs);
          const outs = bindings(places.outputs, outputs);
          const started = performance.now();
          if (lastRun > WORTH_A_THREAD) {
            await pool.during([...inputs, ...outputs], () => session.runLater(ins, outs));
          } else session.run(ins, outs);
          lastRun = performance.now() - started;
        }
      } catch (error) {
        for (const buffer of outputs) pool.free(buffer);
        throw error;
      } finally {
        for (const i of graph.donated) pool.free(inputs[i]!);
      }
      return outputs;
    },
    describe: () =>
      model === null
        ? 'onnxruntime: nothing to compute'
        : `onnxruntime: one session, a model of ${(model.length / 1024).toFixed(1)} KB, last run ${lastRun.toFixed(2)} ms`,
    dispose: () => session?.dispose(),
  };
}

/** Where a value of the model lies: in which buffer, and in which part of it, taken in which shape. */
interface Place {
  readonly name: string;
  readonly buffer: number;
  readonly part: Part | null;
  readonly shape: Shape;
  /** The input whose memory an output may be written over. */
  readonly over?: number;
  /** What it was bound to in the last runs: state goes to and fro between two blocks. */
  readonly recent: Binding[];
}

/** Whether a buffer is one input only. */
function alone(inputs: readonly OrtBuffer[], input: number): boolean {
  return inputs.filter((buffer) => buffer === inputs[input]).length === 1;
}

function placesOf(model: Uint8Array): { readonly inputs: readonly Place[]; readonly outputs: readonly Place[] } {
  const { input, output } = readModel(model).graph;
  const listed = (named: typeof input): readonly Place[] =>
    named.map(({ name, type }) => {
      const { whole, part, over } = readName(name!);
      const shape = type?.tensorType?.shape?.dim.map(({ dimValue }) => Number(dimValue)) ?? [];
      return {
        name: name!,
        part,
        shape,
        recent: [],
        buffer: numberOf(whole),
        ...(over !== null && { over: numberOf(over) }),
      };
    });
  return { inputs: listed(input), outputs: listed(output) };
}

function bindings(places: readonly Place[], buffers: readonly OrtBuffer[]): Binding[] {
  return places.map(({ name, buffer, part, shape, recent }) => {
    const { block } = buffers[buffer]!;
    for (const known of recent) if (known[2] === block) return known;
    const bound: Binding = [name, part ? block.part!(part, shape) : block.value, block];
    recent.unshift(bound);
    recent.length = Math.min(recent.length, 2);
    return bound;
  });
}
