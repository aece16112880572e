// One graph as one session.
import { numberOf, type Part, readModel, readName } from '@nablajs/onnx-graph';
import { type Buffer, type Executable, type Graph, type Shape, specOf } from '@nablajs/tensor';
import type { Engine } from './engine.ts';
import type { Binding } from './native/bindings.ts';
import { type BufferPool, bytesOf, type OrtBuffer } from './native/memory.ts';
import { openSession, type Session } from './native/session.ts';
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
  let lastRun = 0;

  return {
    async run(buffers): Promise<readonly Buffer[]> {
      const inputs = buffers.map((buffer) => pool.owned(buffer));
      const outputs = specs.map((spec, i) => {
        const over = places?.outputs.find(({ buffer }) => buffer === i)?.over;
        return (over !== undefined && alone(inputs, over) && pool.move(inputs[over]!)) || pool.take(spec);
      });
      try {
        if (session && places) {
          const ins = bindings(places.inputs, inputs);
          const outs = bindings(places.outputs, outputs);
          await pool.during([...inputs, ...outputs], async () => {
            lastRun = await timed(() => start(session, lastRun, ins, outs));
          });
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
      return { name: name!, part, shape, buffer: numberOf(whole), ...(over !== null && { over: numberOf(over) }) };
    });
  return { inputs: listed(input), outputs: listed(output) };
}

function bindings(places: readonly Place[], buffers: readonly OrtBuffer[]): Binding[] {
  return places.map(({ name, buffer, part, shape }) => {
    const { block } = buffers[buffer]!;
    return [name, part ? block.part!(part, shape) : block.value, block];
  });
}

function start(
  session: Session,
  lastRun: number,
  ins: Parameters<Session['run']>[0],
  outs: Parameters<Session['run']>[1],
): Promise<void> | void {
  return lastRun > WORTH_A_THREAD ? session.runLater(ins, outs) : session.run(ins, outs);
}

async function timed(work: () => Promise<void> | void): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
