// What a function computes, as a graph, and the values that it takes from outside of its arguments: for files.
import type { Backend, Capabilities, Executable } from '../backend/contract.ts';
import { zeros } from '../creation.ts';
import { UnsupportedOpError } from '../errors.ts';
import type { Constant, Graph } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import { postOrder } from '../graph/order.ts';
import type { Spec } from '../spec.ts';
import { Tensor } from '../tensor.ts';
import { currentTrace } from '../trace.ts';
import type { Variable } from '../variable.ts';
import { compile } from './compile.ts';

/** A variable that the function read, or a tensor that it found outside. */
export interface TracedWeight {
  readonly name: string;
  readonly trainable: boolean;
  readonly value: Constant;
}

/** A function of tensors as a graph: its first inputs are the arguments, the others are the weights in their order. */
export interface Traced {
  readonly graph: Graph;
  readonly weights: readonly TracedWeight[];
}

/** What {@link traceGraph} traces for. */
export interface TraceTarget {
  /** Who asks, for messages: `exportOnnx`. */
  readonly name: string;
  /** Ops outside of it are decomposed. */
  readonly capabilities: Capabilities;
}

/**
 * Traces `f` for arguments of these specs, decomposed to what the target can do. Computes nothing but the weights' values.
 * @throws UnsupportedOpError when it draws random numbers, or keeps states
 */
export async function traceGraph(
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Spec[],
  { name, capabilities }: TraceTarget,
): Promise<Traced> {
  let graph: Graph | null = null;
  let variables: readonly Variable[] = [];
  let captured: readonly Node[] = [];
  let outputs = 0;
  const keep = (found: Graph): void => {
    graph = found;
  };
  const compiled = compile(
    (x: readonly Tensor[]): readonly Tensor[] => {
      const y = f(x);
      outputs = y.length;
      const recording = currentTrace()!;
      const moved = [...recording.writes.keys()][0];
      if (moved) {
        throw new UnsupportedOpError(
          `${name}: the model changes '${moved.name}' whenever it is used, which a file cannot hold. ` +
            'Make its recurrent layers with stateful: false; returnState: true gives their states as outputs.',
        );
      }
      variables = [...recording.reads.keys()];
      const isOutside = (node: Node): boolean => node.trace !== recording;
      const roots = y.map(({ node }) => node);
      captured = postOrder(roots, (node) => node.isLeaf || isOutside(node)).filter(isOutside);
      return y;
    },
    { name, backend: recorder(name, capabilities, keep) },
  );
  await compiled.prepare(inputs.map(({ shape, dtype }) => zeros(shape, dtype)));
  const found = graph as Graph | null;
  if (found?.inputs.length !== inputs.length + variables.length + captured.length) {
    throw new UnsupportedOpError(`${name}: the model draws random numbers in inference, which a file cannot hold.`);
  }
  const weights = [
    ...variables.map((variable) => ({ name: variable.name, trainable: variable.trainable, tensor: variable.value })),
    ...captured.map((node, i) => ({ name: `constant_${i}`, trainable: false, tensor: new Tensor(node) })),
  ];
  return {
    graph: { ...found, outputs: found.outputs.slice(0, outputs), donated: [] },
    weights: await Promise.all(
      weights.map(async ({ name, trainable, tensor }) => ({
        name,
        trainable,
        value: { spec: tensor.spec, data: await tensor.data() },
      })),
    ),
  };
}

/** A name for each weight, as it is called where nothing else is: files know values by name. */
export function weightNames({ weights }: Traced, taken: readonly string[] = []): string[] {
  const names = new Set(taken);
  return weights.map(({ name }) => {
    let unique = name;
    for (let i = 1; names.has(unique); i++) unique = `${name}_${i}`;
    names.add(unique);
    return unique;
  });
}

/** A backend that computes nothing: it keeps the graph that it is given. */
function recorder(name: string, capabilities: Capabilities, keep: (graph: Graph) => void): Backend {
  const refuse = (): never => {
    throw new Error(`${name}: the recorder computes nothing`);
  };
  const executable: Executable = { run: refuse, dispose: () => undefined };
  return {
    name,
    capabilities,
    upload: refuse,
    download: refuse,
    free: () => undefined,
    compile: async (graph) => {
      keep(graph);
      return executable;
    },
    memory: () => ({ buffers: 0, bytes: 0 }),
    dispose: async () => undefined,
  };
}
