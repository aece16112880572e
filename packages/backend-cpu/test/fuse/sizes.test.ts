import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import type { Backend, Graph, Instruction, Spec } from '@nablajs/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** Whole numbers, NaN in the first place if wanted: exact in any order of addition. */
function values(size: number, nan: boolean): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => (nan && i === 0 ? Number.NaN : ((i * 31) % 13) - 6));
}

async function run(backend: Backend, graph: Graph, nan: boolean): Promise<number[][]> {
  const executable = await backend.compile(graph);
  const inputs = graph.inputs.map((spec) => {
    const size = spec.shape.reduce((a, b) => a * b, 1);
    return backend.upload(values(size, nan), spec);
  });
  const outputs = await executable.run(inputs);
  const data = await Promise.all(
    outputs.map(async (buffer) => Array.from(await backend.download(buffer), (x) => x + 0)),
  );
  for (const buffer of [...inputs, ...outputs]) backend.free(buffer);
  executable.dispose();
  return data;
}

test('loops and folds of any size, over any axes, with any operand broadcast along any axis', async () => {
  const [fast, truth] = [await cpu(), reference()];
  const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70 }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(size, { minLength: 1, maxLength: 4 }).filter((shape) => shape.reduce((a, b) => a * b, 1) <= 20_000),
      fc.nat(15),
      fc.nat(15),
      fc.constantFrom('sum', 'max', 'min'),
      fc.boolean(),
      async (shape, still, folded, fold, nan) => {
        const pick = (bits: number): boolean[] => shape.map((_, axis) => ((bits >> axis) & 1) === 1);
        const other = shape.map((length, axis) => (pick(still)[axis] ? 1 : length));
        const axes = shape.flatMap((_, axis) => (pick(folded)[axis] ? [axis] : []));
        const f = (shape: readonly number[]): Spec => ({ shape, dtype: 'float32' });
        const code: Instruction[] = [
          { op: 'add', operands: [0, 1], attrs: {}, spec: f(shape) },
          { op: 'neg', operands: [2], attrs: {}, spec: f(shape) },
          {
            op: fold,
            operands: [3],
            attrs: { axes, keepDims: false },
            spec: f(shape.filter((_, axis) => !axes.includes(axis))),
          },
        ];
        const graph: Graph = { inputs: [f(shape), f(other)], constants: [], code, outputs: [3, 4], donated: [] };
        expect(await run(fast, graph, nan)).toEqual(await run(truth, graph, nan));
      },
    ),
    { numRuns: 200 },
  );
});
