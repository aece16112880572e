// Everything that is written for CUDA has kernels there, by ONNX Runtime's own list.
import { lowerGraph, readModel } from '@nablajs/onnx-graph';
import { type Graph, UnsupportedOpError } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { offDevice } from '../../src/cuda/kernels.ts';
import { requireOnDevice } from '../../src/cuda/lower.ts';
import { sampleGraphs } from '../sample-graphs.ts';

test.each(['float32', 'float16'] as const)(
  'no sample of any op in %s, and no gradient, leaves the GPU',
  async (float) => {
    const graphs = await sampleGraphs(float);
    expect(graphs.length).toBeGreaterThan(800);
    const strayed = graphs.flatMap((graph) =>
      offDevice(readModel(lowerGraph(graph, { device: 'cuda', annotate: true })).graph),
    );
    expect(strayed).toEqual([]);
  },
);

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
  expect(() => requireOnDevice(written)).toThrow(UnsupportedOpError);
  expect(() => requireOnDevice(written)).toThrow(
    /no CUDA kernel for their element types:\n {2}- Bit\w+, randomBits_0\/Bit\w+\n(.*\n)+ {2}- and \d+ more\nUse device: 'cpu'/,
  );
});
