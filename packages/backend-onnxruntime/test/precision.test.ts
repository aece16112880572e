// Mixed precision in whole training steps: as on the reference, and in models for CUDA every product is one of halves.
import { reference } from '@nablajs/backend-reference';
import { lowerGraph, type Message, readModel } from '@nablajs/onnx-graph';
import { type Backend, fromData, type Graph, setBackend, setSeed } from '@nablajs/tensor';
import { Adam, BatchNormalization, Conv2D, Dense, Flatten, Input, MaxPooling2D, Sequential } from 'nablajs';
import { afterAll, expect, test } from 'vitest';
import { backendOn } from '../src/backend.ts';
import { cpuEngine } from '../src/cpu-engine.ts';
import { offDevice } from '../src/cuda/kernels.ts';

const graphs: Graph[] = [];
const engine = cpuEngine({ threads: 1, spinning: false, library: undefined });
const backend = backendOn({
  ...engine,
  lower: (graph, threads) => {
    graphs.push(graph);
    return engine.lower(graph, threads);
  },
});
afterAll(() => backend.dispose());

/** Pictures of stripes, upright and level. */
const pictures = Float32Array.from({ length: 12 * 64 }, (_, i) => {
  const [picture, row, column] = [Math.floor(i / 64), Math.floor((i % 64) / 8), i % 8];
  return Math.sin(1.9 * (picture % 2 === 0 ? row : column) + picture) / 2;
});
const classes = Int32Array.from({ length: 12 }, (_, i) => i % 2);

async function lossesOn(where: Backend): Promise<readonly number[]> {
  setBackend(where);
  setSeed(2);
  const model = new Sequential([
    Input({ shape: [8, 8, 1] }),
    new Conv2D(4, 3, { padding: 'same', useBias: false }),
    new BatchNormalization(),
    new MaxPooling2D(2),
    new Conv2D(3, 3, { strides: 2, activation: 'relu' }),
    new Flatten(),
    new Dense(2, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new Adam(0.03), loss: 'sparseCategoricalCrossentropy', precision: 'mixedFloat16' });
  const x = fromData(pictures, [12, 8, 8, 1]);
  const { history } = await model.fit(x, fromData(classes, [12]), { epochs: 15, batchSize: 6, verbose: 0 });
  return history['loss']!;
}

test('losses are those of the reference, but for the order of sums, and fall', async () => {
  const expected = await lossesOn(reference());
  const actual = await lossesOn(backend);
  expect(expected.at(-1)!).toBeLessThan(expected[0]! / 3);
  actual.forEach((loss, i) => {
    expect(Math.abs(loss - expected[i]!)).toBeLessThan(0.01 * expected[0]!);
  });
});

/** `Conv float16`, for every node that sums products; by the type of its result. */
function products({ node, valueInfo }: Message<'GraphProto'>): string[] {
  const types = new Map(valueInfo.map(({ name, type }) => [name!, type?.tensorType?.elemType]));
  const sums = ['Gemm', 'MatMul', 'Conv', 'ConvTranspose'];
  return node.flatMap(({ opType, output }) => (sums.includes(opType!) ? [`${opType} ${types.get(output[0]!)}`] : []));
}

test('on CUDA every product and convolution of the step is one of halves, and stays on the GPU', () => {
  const step = graphs.find(({ code }) => code.some(({ op }) => op === 'convKernelGradient'))!;
  const written = readModel(lowerGraph(step, { device: 'cuda', annotate: true })).graph;
  const found = products(written);
  const FLOAT16 = 10;
  expect([...new Set(found)].sort()).toEqual(
    ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'].map((op) => `${op} ${FLOAT16}`),
  );
  expect(found.filter((each) => each.startsWith('Conv '))).toHaveLength(2);
  expect(offDevice(written)).toEqual([]);
});
