import { cpu } from '@nablajs/backend-cpu';
import { type Backend, ConfigError, type Graph, type HostArray, type Instruction, type Spec } from '@nablajs/tensor';
import { expect, test } from 'vitest';

const F = (...shape: number[]): Spec => ({ shape, dtype: 'float32' });

function graph(
  inputs: readonly Spec[],
  code: readonly (readonly [string, readonly number[], Instruction['attrs'], Spec])[],
): Graph {
  const first = inputs.length;
  return {
    inputs,
    constants: [],
    code: code.map(([op, operands, attrs, spec]) => ({ op, operands, attrs, spec })),
    outputs: code.map((_, i) => first + i),
    donated: [],
  };
}

const window = { strides: [1, 1], dilations: [1, 1], padding: [[1, 1], [1, 1]], groups: 1 }; // biome-ignore format: one line

/** Big enough to be shared: products, convolutions, loops, folds in all directions, pools, draws. */
const GRAPHS: readonly Graph[] = [
  graph(
    [F(512, 700), F(700, 600)],
    [
      ['matmul', [0, 1], { transposeA: false, transposeB: false }, F(512, 600)],
      ['tanh', [2], {}, F(512, 600)],
      ['sum', [3], { axes: [0], keepDims: false }, F(600)],
      ['sum', [3], { axes: [1], keepDims: false }, F(512)],
      ['max', [3], { axes: [0, 1], keepDims: false }, F()],
      ['softmax', [2], { axis: 1 }, F(512, 600)],
    ],
  ),
  graph(
    [F(8, 30, 30, 16), F(3, 3, 16, 32), F(8, 30, 30, 32)],
    [
      ['conv', [0, 1], window, F(8, 30, 30, 32)],
      ['convInputGradient', [2, 1], { ...window, inputShape: [30, 30] }, F(8, 30, 30, 16)],
      ['convKernelGradient', [0, 2], { ...window, kernelShape: [3, 3] }, F(3, 3, 16, 32)],
      ['maxPool', [3], { window: [2, 2], strides: [2, 2], padding: [[0, 0], [0, 0]] }, F(8, 15, 15, 32)], // biome-ignore format: one line
      ['transpose', [3], { permutation: [0, 3, 1, 2] }, F(8, 32, 30, 30)],
      ['sum', [3], { axes: [0, 1, 2], keepDims: false }, F(32)],
    ],
  ),
];

function values(spec: Spec, seed: number): Float32Array {
  const size = spec.shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: size }, (_, i) => (((i + seed) * 7919) % 1013) / 1013 - 0.5);
}

async function results(backend: Backend, graph: Graph, turns: number): Promise<HostArray[]> {
  const executable = await backend.compile(graph);
  const inputs = graph.inputs.map((spec, i) => backend.upload(values(spec, i), spec));
  let outputs: HostArray[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const made = await executable.run(inputs);
    outputs = await Promise.all(made.map((buffer) => backend.download(buffer)));
    for (const buffer of made) backend.free(buffer);
    // Workers read their messages in between.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (const buffer of inputs) backend.free(buffer);
  executable.dispose();
  return outputs;
}

test('any number of threads gives the same bits', async () => {
  const one = await cpu({ threads: 1 });
  const three = await cpu({ threads: 3 });
  for (const graph of GRAPHS) {
    const alone = await results(one, graph, 1);
    const together = await results(three, graph, 25);
    together.forEach((data, i) => {
      expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(alone[i]!.buffer))).toBe(0);
    });
  }
  expect(three.memory()).toEqual({ buffers: 0, bytes: 0 });
  await one.dispose();
  await three.dispose();
});

test('a number of threads that cannot be is refused', async () => {
  await expect(cpu({ threads: 0 })).rejects.toThrow(ConfigError);
  await expect(cpu({ threads: 2.5 })).rejects.toThrow(/whole number/);
});
