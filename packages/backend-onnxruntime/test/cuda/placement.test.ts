// Everything that is written for CUDA has kernels there, by ONNX Runtime's own list.
import { gradients } from '@nablajs/autograd';
import { loweredOps, lowerGraph, readModel } from '@nablajs/onnx';
import {
  type AnyOp,
  type Attrs,
  type Backend,
  compile,
  compositeOps,
  create,
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
import { expect, test } from 'vitest';
import { offDevice } from '../../src/cuda/kernels.ts';

const graphs: Graph[] = [];

/** A backend that only listens. */
const listener: Backend = {
  name: 'listener',
  capabilities: { dtypes: new Set(['float32', 'int32', 'bool']), ops: loweredOps, maxRank: 8 },
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

function tensorOf(input: SampleInput): Tensor {
  const { shape, dtype = 'float32' } = 'shape' in input ? input : { shape: input as readonly number[] };
  return fromData(hostArray(dtype, sizeOf(shape)), shape, dtype);
}

async function collect(op: AnyOp): Promise<void> {
  for (const { inputs, attrs, gradient } of op.definition.samples) {
    const operands = inputs.map(tensorOf);
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

test('no sample of any op, and no gradient of one, leaves the GPU', async () => {
  setBackend(listener);
  for (const op of [...primitiveOps, ...compositeOps]) await collect(op);
  expect(graphs.length).toBeGreaterThan(800);
  const strayed = graphs.flatMap((graph) =>
    offDevice(readModel(lowerGraph(graph, { device: 'cuda', annotate: true })).graph),
  );
  expect(strayed).toEqual([]);
});

test('what the CPU takes and CUDA does not is found', () => {
  const graph: Graph = {
    inputs: [{ shape: [2], dtype: 'int32' }],
    constants: [],
    code: [{ op: 'randomBits', operands: [0], attrs: { shape: [8], offset: 0 }, spec: { shape: [8], dtype: 'int32' } }],
    outputs: [1],
    donated: [],
  };
  const written = readModel(lowerGraph(graph, { device: 'cpu', annotate: true })).graph;
  const ops = new Set(offDevice(written).map(({ op }) => op));
  expect(ops).toEqual(new Set(['BitShift', 'BitwiseAnd', 'BitwiseXor']));
});
