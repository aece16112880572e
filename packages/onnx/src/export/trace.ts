// What a function computes, as a graph, and the values that it takes from outside of its argument.
import { loweredOps } from '@nablajs/onnx-graph';
import {
  type Backend,
  type Constant,
  compile,
  currentTrace,
  DTYPES,
  type Executable,
  type Graph,
  type Node,
  postOrder,
  type Spec,
  Tensor,
  UnsupportedOpError,
  type Variable,
  zeros,
} from '@nablajs/tensor';

/** A variable that the function read. */
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

/**
 * Traces `f` for arguments of these specs, decomposed to ops that have a lowering. Computes nothing but the weights' values.
 * @throws UnsupportedOpError when it draws random numbers, or keeps states
 */
export async function trace(
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Spec[],
): Promise<Traced> {
  let graph: Graph | null = null;
  let variables: readonly Variable[] = [];
  let captured: readonly Node[] = [];
  let outputs = 0;
  const compiled = compile(
    (x: readonly Tensor[]): readonly Tensor[] => {
      const y = f(x);
      outputs = y.length;
      const recording = currentTrace()!;
      const moved = [...recording.writes.keys()][0];
      if (moved) {
        throw new UnsupportedOpError(
          `exportOnnx: the model changes '${moved.name}' whenever it is used, which a file cannot hold. ` +
            'Make its recurrent layers with stateful: false; returnState: true gives their states as outputs.',
        );
      }
      variables = [...recording.reads.keys()];
      const isOutside = (node: Node): boolean => node.trace !== recording;
      const roots = [...y.map(({ node }) => node), ...recording.writes.values()];
      captured = postOrder(roots, (node) => node.isLeaf || isOutside(node)).filter(isOutside);
      return y;
    },
    {
      name: 'exportOnnx',
      backend: recorder((found) => {
        graph = found;
      }),
    },
  );
  await compiled.prepare(inputs.map(({ shape, dtype }) => zeros(shape, dtype)));
  const found = graph as Graph | null;
  if (found?.inputs.length !== inputs.length + variables.length + captured.length) {
    throw new UnsupportedOpError('exportOnnx: the model draws random numbers in inference, which a file cannot hold.');
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

/** A backend that computes nothing: it keeps the graph that it is given. */
function recorder(found: (graph: Graph) => void): Backend {
  const refuse = (): never => {
    throw new Error('exportOnnx: the recorder computes nothing');
  };
  const executable: Executable = { run: refuse, dispose: () => undefined };
  return {
    name: 'onnx',
    capabilities: { dtypes: new Set(DTYPES), ops: loweredOps, maxRank: 8 },
    upload: refuse,
    download: refuse,
    free: () => undefined,
    compile: async (graph) => {
      found(graph);
      return executable;
    },
    memory: () => ({ buffers: 0, bytes: 0 }),
    dispose: async () => undefined,
  };
}
