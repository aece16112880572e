// Every output is a buffer of its own, whatever the graph says about it.
import type { Backend, Buffer, Graph } from '@nablajs/tensor';
import type { Case } from '../case.ts';
import { counting, expectSame, expectValues, f32, graphOf, instruction, withExecutable } from './graphs.ts';

const X = f32(37);
const DOUBLE = instruction('add', [0, 0], X);

interface Aliasing {
  readonly name: string;
  readonly graph: Graph;
  /** The value of each output for the input 1, 2, 3, ... */
  readonly expected: readonly ((x: number) => number)[];
}

const twice = (x: number): number => 2 * x;
const same = (x: number): number => x;

const ALIASINGS: readonly Aliasing[] = [
  {
    name: 'a value named twice',
    graph: graphOf({ inputs: [X], code: [DOUBLE], outputs: [1, 1] }),
    expected: [twice, twice],
  },
  { name: 'an input', graph: graphOf({ inputs: [X], outputs: [0] }), expected: [same] },
  { name: 'an input named twice', graph: graphOf({ inputs: [X], outputs: [0, 0] }), expected: [same, same] },
  {
    name: 'an input beside a result',
    graph: graphOf({ inputs: [X], code: [DOUBLE], outputs: [0, 1, 0] }),
    expected: [same, twice, same],
  },
  {
    name: 'a constant',
    graph: graphOf({ inputs: [X], constants: [{ spec: X, data: counting(37, 1) }], outputs: [1, 1] }),
    expected: [same, same],
  },
  {
    name: 'a view of an input',
    graph: graphOf({
      inputs: [X],
      code: [instruction('reshape', [0], f32(1, 37), { shape: [1, 37] })],
      outputs: [1, 0],
    }),
    expected: [same, same],
  },
  {
    name: 'a view of a result',
    graph: graphOf({
      inputs: [X],
      code: [DOUBLE, instruction('reshape', [1], f32(37, 1), { shape: [37, 1] })],
      outputs: [1, 2],
    }),
    expected: [twice, twice],
  },
  {
    name: 'a value with users',
    graph: graphOf({
      inputs: [X],
      code: [DOUBLE, instruction('mul', [1, 1], X), instruction('sub', [2, 1], X)],
      outputs: [1, 3, 2],
    }),
    expected: [twice, (x) => 4 * x * x - 2 * x, (x) => 4 * x * x],
  },
];

/** Outputs own their buffers, and executables do not remember runs. */
export function outputCases(): Case[] {
  return [
    ...ALIASINGS.map(({ name, graph, expected }) => ({
      id: `contract/outputs/${name}`,
      run: ({ backend }: { backend: Backend }) => ownBuffers(backend, graph, expected),
    })),
    {
      id: 'contract/outputs/no outputs',
      run: ({ backend }) =>
        withExecutable(backend, graphOf({ inputs: [X], outputs: [] }), async (executable) => {
          const x = backend.upload(counting(37), X);
          expectSame('outputs', (await executable.run([x])).length, 0);
          backend.free(x);
        }),
    },
    {
      id: 'contract/outputs/a later run leaves the results of earlier ones alone',
      run: ({ backend }) =>
        withExecutable(backend, graphOf({ inputs: [X], code: [DOUBLE], outputs: [1] }), async (executable) => {
          const inputs = [1, 10, 100].map((start) => backend.upload(counting(37, start), X));
          const results: Buffer[] = [];
          for (const input of inputs) results.push((await executable.run([input]))[0]!);
          for (const [i, start] of [1, 10, 100].entries()) {
            await expectValues(`result ${i}`, results[i]!, counting(37, start).map(twice));
          }
          for (const buffer of [...inputs, ...results]) backend.free(buffer);
        }),
    },
    {
      id: 'contract/outputs/two executables in turn',
      run: ({ backend }) =>
        withExecutable(backend, graphOf({ inputs: [X], code: [DOUBLE], outputs: [1] }), (first) =>
          withExecutable(
            backend,
            graphOf({ inputs: [X], code: [instruction('mul', [0, 0], X)], outputs: [1] }),
            async (second) => {
              const x = backend.upload(counting(37), X);
              const [a] = await first.run([x]);
              const [b] = await second.run([a!]);
              const [c] = await first.run([b!]);
              await expectValues('first', a!, counting(37).map(twice));
              await expectValues(
                'second of first',
                b!,
                counting(37).map((i) => 4 * i * i),
              );
              await expectValues(
                'first of second',
                c!,
                counting(37).map((i) => 8 * i * i),
              );
              for (const buffer of [x, a!, b!, c!]) backend.free(buffer);
            },
          ),
        ),
    },
    {
      id: 'contract/outputs/one buffer as two inputs',
      run: ({ backend }) =>
        withExecutable(
          backend,
          graphOf({ inputs: [X, X], code: [instruction('mul', [0, 1], X)], outputs: [2] }),
          async (executable) => {
            const x = backend.upload(counting(37), X);
            const [y] = await executable.run([x, x]);
            await expectValues(
              'x * x',
              y!,
              counting(37).map((i) => i * i),
            );
            await expectValues('x', x, counting(37));
            backend.free(x);
            backend.free(y!);
          },
        ),
    },
    {
      id: 'contract/outputs/an unused input and dead code',
      run: ({ backend }) =>
        withExecutable(
          backend,
          graphOf({
            inputs: [X, X],
            code: [instruction('mul', [0, 1], X), instruction('add', [0, 0], X)],
            outputs: [3],
          }),
          async (executable) => {
            const x = backend.upload(counting(37), X);
            const unused = backend.upload(counting(37, 5), X);
            const [y] = await executable.run([x, unused]);
            await expectValues('x + x', y!, counting(37).map(twice));
            for (const buffer of [x, unused, y!]) backend.free(buffer);
          },
        ),
    },
  ];
}

async function ownBuffers(backend: Backend, graph: Graph, expected: Aliasing['expected']): Promise<void> {
  await withExecutable(backend, graph, async (executable) => {
    const x = backend.upload(counting(37), X);
    const before = backend.memory().buffers;
    const outputs = await executable.run([x]);
    expectSame('outputs', outputs.length, graph.outputs.length);
    expectSame('different buffers among outputs and input', new Set([...outputs, x]).size, outputs.length + 1);
    expectSame('new live buffers', backend.memory().buffers - before, outputs.length);
    // Freed one after the other: those that are left keep their values.
    for (const [i, output] of outputs.entries()) {
      for (let k = i; k < outputs.length; k++) {
        await expectValues(`output ${k} after ${i} were freed`, outputs[k]!, counting(37).map(expected[k]!));
      }
      backend.free(output);
    }
    await expectValues('the input afterwards', x, counting(37));
    // Nothing above may have eaten the executable's own constants.
    const again = await executable.run([x]);
    for (const [k, output] of again.entries()) {
      await expectValues(`output ${k} of a second run`, output, counting(37).map(expected[k]!));
      backend.free(output);
    }
    backend.free(x);
  });
}
