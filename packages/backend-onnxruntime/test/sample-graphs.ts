// The graphs of all samples of all ops, and of their gradients.
import { gradients } from '@nablajs/autograd';
import { loweredOps } from '@nablajs/onnx-graph';
import {
  type AnyOp,
  type Attrs,
  type Backend,
  compile,
  compositeOps,
  create,
  type DType,
  fromData,
  type Graph,
  hostArray,
  isFloat,
  type Op,
  primitiveOps,
  type SampleInput,
  setBackend,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';
import { samplesOf } from '@nablajs/tensor/samples';

/** Traced on a backend that only listens, with floats of one kind. */
export async function sampleGraphs(float: 'float32' | 'float16'): Promise<Graph[]> {
  const graphs: Graph[] = [];
  setBackend(listenerTo(graphs));
  for (const op of [...primitiveOps, ...compositeOps]) await trace(op, float);
  return graphs;
}

function listenerTo(graphs: Graph[]): Backend {
  return {
    name: 'listener',
    capabilities: { dtypes: new Set(['float32', 'float16', 'int32', 'bool']), ops: loweredOps, maxRank: 8 },
    compile: async (graph) => {
      graphs.push(graph);
      return { run: () => Promise.reject(new Error('compiled only')), dispose: () => undefined };
    },
    upload: () => {
      throw new Error('compiled only');
    },
    download: () => Promise.reject(new Error('compiled only')),
    free: () => undefined,
    memory: () => ({ buffers: 0, bytes: 0 }),
    dispose: async () => undefined,
  };
}

function tensorOf(input: SampleInput, float: DType): Tensor {
  const { shape, dtype = float } = 'shape' in input ? input : { shape: input as readonly number[] };
  return fromData(hostArray(dtype, sizeOf(shape)), shape, dtype);
}

async function trace(op: AnyOp, float: DType): Promise<void> {
  for (const { inputs, attrs, gradient } of samplesOf(op)) {
    const operands = inputs.map((input) => tensorOf(input, float));
    const call = (xs: readonly Tensor[]): Tensor =>
      xs.length === 0 ? create(op as Op<Attrs>, attrs) : (op as Op<Attrs>)(xs, attrs);
    await compile((...xs: Tensor[]) => call(xs)).prepare(...operands);
    const floats = operands.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
    const specs = operands.map(({ spec }) => spec);
    if (gradient === false || floats.length === 0 || !isFloat(op.definition.infer(specs, attrs).dtype)) continue;
    const slope = (...xs: Tensor[]): Tensor[] =>
      gradients(
        call(xs).sum(),
        floats.map((i) => xs[i]!),
      );
    await compile(slope).prepare(...operands);
  }
}
