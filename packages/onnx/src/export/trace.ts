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

/** A function of one tensor as a graph: its first input is the argument, the others are the weights in their order. */
export interface Traced {
  readonly graph: Graph;
  readonly weights: readonly TracedWeight[];
}

/**
 * Traces `f` for an argument of a spec, decomposed to ops that have a lowering. Computes nothing but the weights' values.
 * @throws UnsupportedOpError when it draws random numbers
 */
export async function trace(f: (x: Tensor) => Tensor, input: Spec): Promise<Traced> {
  let graph: Graph | null = null;
  let variables: readonly Variable[] = [];
  let captured: readonly Node[] = [];
  const compiled = compile(
    (x: Tensor): Tensor => {
      const y = f(x);
      const recording = currentTrace()!;
      variables = [...recording.reads.keys()];
      const isOutside = (node: Node): boolean => node.trace !== recording;
      const roots = [y.node, ...recording.writes.values()];
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
  await compiled.prepare(zeros(input.shape, input.dtype));
  const found = graph as Graph | null;
  if (found?.inputs.length !== 1 + variables.length + captured.length) {
    throw new UnsupportedOpError('exportOnnx: the model draws random numbers in inference, which a file cannot hold.');
  }
  const weights = [
    ...variables.map((variable) => ({ name: variable.name, trainable: variable.trainable, tensor: variable.value })),
    ...captured.map((node, i) => ({ name: `constant_${i}`, trainable: false, tensor: new Tensor(node) })),
  ];
  return {
    graph: { ...found, outputs: found.outputs.slice(0, 1), donated: [] },
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
