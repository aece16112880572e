// Tiles write over memory that is given up, and never over what is still to be read.
import { lowerGraph, readModel } from '@nablajs/onnx-graph';
import type { Graph, Instruction, Spec } from '@nablajs/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { backendOn } from '../src/backend.ts';
import { cpuEngine } from '../src/cpu-engine.ts';
import { channelBlock } from '../src/native/channel-block.ts';

const engine = cpuEngine({ threads: 1, spinning: false, library: undefined });
const block = channelBlock(engine.api, engine.env);
/** Of the graphs that are compiled next. */
let tile = 1024;
const models: Uint8Array[] = [];
const backend = backendOn({
  ...engine,
  lower: (graph) => {
    const model = lowerGraph(graph, { block, tile });
    models.push(model);
    return model;
  },
});
afterAll(() => backend.dispose());

const SIDE = 64;
const matrix: Spec = { shape: [SIDE, SIDE], dtype: 'float32' };
const number: Spec = { shape: [], dtype: 'float32' };
const numbers = (seed: number): Float32Array =>
  Float32Array.from({ length: SIDE * SIDE }, (_, i) => Math.sin(seed + i * i));

const op = (name: string, operands: readonly number[], spec: Spec = matrix, attrs = {}): Instruction => ({
  op: name,
  operands,
  attrs,
  spec,
});
const product = (a: number, b: number, transposeA = false): Instruction =>
  op('matmul', [a, b], matrix, { transposeA, transposeB: false });

/** Runs a graph of matrices and a last number, and reads what it gives. */
async function run(
  code: readonly Instruction[],
  outputs: readonly number[],
  values: readonly Float32Array[],
  factor: number,
): Promise<{ results: readonly Float32Array[]; over: readonly string[]; operators: readonly string[] }> {
  const inputs = [...values.map(() => matrix), number];
  const graph: Graph = { inputs, constants: [], code, outputs, donated: values.map((_, i) => i) };
  const executable = await backend.compile(graph);
  const { node, output } = readModel(models.at(-1)!).graph;
  const buffers = [...values, Float32Array.of(factor)].map((value, i) => backend.upload(value, inputs[i]!));
  const results: Float32Array[] = [];
  for (const buffer of await executable.run(buffers)) results.push((await backend.download(buffer)) as Float32Array);
  return {
    results,
    over: output.flatMap(({ name }) => name!.split(' over ')[1] ?? []),
    operators: node.map(({ opType }) => opType!),
  };
}

function times(a: Float32Array, b: Float32Array): number[] {
  return Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [row, column] = [Math.floor(at / SIDE), at % SIDE];
    let sum = 0;
    for (let k = 0; k < SIDE; k++) sum += a[row * SIDE + k]! * b[k * SIDE + column]!;
    return sum;
  });
}

function expectClose(actual: Float32Array, expected: ArrayLike<number>): void {
  const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  expect(worst).toBeLessThan(2e-5);
}

describe('tiles in place', () => {
  const [a, b] = [numbers(1), numbers(2)];

  it.skipIf(block === 0)('add a multiple over the tensor it is added to, in one operator', async () => {
    const code = [op('mul', [1, 2]), op('sub', [0, 3])];
    const { results, over, operators } = await run(code, [4], [a, b], 0.5);
    expect(new Set(over)).toEqual(new Set(['input_0']));
    expect(operators).toContain('Conv');
    expect(operators).not.toContain('Mul');
    expectClose(
      results[0]!,
      a.map((value, i) => value - 0.5 * b[i]!),
    );
  });

  it('do not add a multiple over what is multiplied', async () => {
    // The first matrix is read as a whole at the end, so only the second is free.
    const code = [op('mul', [1, 2]), op('add', [0, 3]), op('sum', [0], number, { axes: [0, 1], keepDims: false })];
    const { results, over } = await run(code, [4, 5], [a, b], 2);
    if (block > 0) expect(over).toEqual([]);
    expectClose(
      results[0]!,
      a.map((value, i) => value + 2 * b[i]!),
    );
  });

  it('take the memory of a factor of products that come before', async () => {
    // b - f (b a)^T ... the way a layer's weights are read by the product that their gradient depends on.
    const code = [product(0, 1), product(0, 3, true), op('mul', [4, 2]), op('sub', [1, 5])];
    const { results, over } = await run(code, [6], [a, b], 0.1);
    expect(new Set(over)).toEqual(new Set(['input_1']));
    const turned = Float32Array.from(a, (_, i) => a[(i % SIDE) * SIDE + Math.floor(i / SIDE)]!);
    const slope = times(turned, Float32Array.from(times(a, b)));
    expectClose(
      results[0]!,
      b.map((value, i) => value - 0.1 * slope[i]!),
    );
  });

  it('leave a factor of the product whose rows they compute', async () => {
    const code = [product(0, 0), op('mul', [3, 2]), op('add', [0, 4])];
    const { results, over } = await run(code, [5], [a, b], 0.1);
    expect(over).not.toContain('input_0');
    const square = times(a, a);
    expectClose(
      results[0]!,
      a.map((value, i) => value + 0.1 * square[i]!),
    );
  });

  it('cut the same memory in other ways for another graph', async () => {
    const code = [op('mul', [0, 2]), op('add', [1, 3])];
    for (const elements of [1024, 2048]) {
      tile = elements;
      const { results } = await run(code, [4], [a, b], 3);
      expectClose(
        results[0]!,
        b.map((value, i) => value + 3 * a[i]!),
      );
    }
  });
});
