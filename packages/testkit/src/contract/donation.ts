// Donated inputs belong to the run: it may overwrite them, as long as nobody can tell.
import type { Backend, Buffer, Graph } from '@nablajs/tensor';
import type { Case } from '../case.ts';
import { counting, expectSame, expectValues, f32, graphOf, instruction, withExecutable } from './graphs.ts';

const SIZE = 41;
const X = f32(SIZE);

interface Donation {
  readonly name: string;
  readonly graph: Graph;
  /** The outputs for inputs that start counting at 1, 101, 201, ... */
  readonly expected: (...inputs: number[]) => readonly number[];
}

const add = instruction('add', [0, 1], X);

const DONATIONS: readonly Donation[] = [
  {
    name: 'updated in place',
    graph: graphOf({ inputs: [X, X], code: [add], outputs: [2], donated: [0] }),
    expected: (a, b) => [a + b],
  },
  {
    name: 'both operands donated',
    graph: graphOf({ inputs: [X, X], code: [add], outputs: [2], donated: [0, 1] }),
    expected: (a, b) => [a + b],
  },
  {
    name: 'returned as it is',
    graph: graphOf({ inputs: [X], outputs: [0], donated: [0] }),
    expected: (a) => [a],
  },
  {
    name: 'returned twice',
    graph: graphOf({ inputs: [X], outputs: [0, 0], donated: [0] }),
    expected: (a) => [a, a],
  },
  {
    name: 'returned beside what replaces it',
    graph: graphOf({ inputs: [X, X], code: [add], outputs: [2, 0], donated: [0] }),
    expected: (a, b) => [a + b, a],
  },
  {
    name: 'two states exchanged',
    graph: graphOf({ inputs: [X, X], outputs: [1, 0], donated: [0, 1] }),
    expected: (a, b) => [b, a],
  },
  {
    name: 'two states rotated while they are updated',
    graph: graphOf({
      inputs: [X, X, X],
      code: [instruction('add', [0, 1], X), instruction('sub', [0, 1], X)],
      outputs: [4, 2, 3],
      donated: [0, 1, 2],
    }),
    expected: (a, b, c) => [a - b, c, a + b],
  },
  {
    name: 'read again after its update',
    graph: graphOf({
      inputs: [X, X],
      code: [instruction('add', [0, 1], X), instruction('mul', [2, 0], X), instruction('sub', [3, 0], X)],
      outputs: [2, 4],
      donated: [0],
    }),
    expected: (a, b) => [a + b, (a + b) * a - a],
  },
  {
    name: 'a momentum step',
    graph: graphOf({
      // w, m, gradient -> w - m', m' = m + gradient
      inputs: [X, X, X],
      code: [instruction('add', [1, 2], X), instruction('sub', [0, 3], X)],
      outputs: [4, 3],
      donated: [0, 1],
    }),
    expected: (w, m, g) => [w - (m + g), m + g],
  },
  {
    name: 'broadcast against a larger operand',
    graph: graphOf({
      inputs: [f32(1), X],
      code: [instruction('add', [0, 1], X), instruction('mul', [0, 0], f32(1))],
      outputs: [2, 3],
      donated: [0],
    }),
    expected: (a, b) => [a + b, a * a],
  },
  {
    name: 'replaced by a result of another shape',
    graph: graphOf({
      inputs: [X],
      code: [instruction('reshape', [0], f32(1, SIZE), { shape: [1, SIZE] }), instruction('add', [1, 1], f32(1, SIZE))],
      outputs: [2],
      donated: [0],
    }),
    expected: (a) => [a + a],
  },
  {
    name: 'reversed, so that places cross',
    graph: graphOf({
      inputs: [X],
      code: [
        instruction('flip', [0], X, { axes: [0] }),
        instruction('add', [0, 1], X),
        instruction('flip', [2], X, { axes: [0] }),
      ],
      outputs: [3],
      donated: [0],
    }),
    // x + reversed x is the same number everywhere.
    expected: () => [SIZE + 1],
  },
  {
    name: 'not used at all',
    graph: graphOf({ inputs: [X, X], code: [instruction('add', [1, 1], X)], outputs: [2], donated: [0] }),
    expected: (_, b) => [b + b],
  },
];

/** Donation changes who owns memory and no result. */
export function donationCases(): Case[] {
  return DONATIONS.map(({ name, graph, expected }) => ({
    id: `contract/donation/${name}`,
    run: ({ backend }) => donated(backend, graph, expected),
  }));
}

async function donated(backend: Backend, graph: Graph, expected: Donation['expected']): Promise<void> {
  await withExecutable(backend, graph, async (executable) => {
    const at = (input: number, element: number): number =>
      1 + 100 * input + (graph.inputs[input]!.shape[0] === 1 ? 0 : element);
    const values = Array.from({ length: SIZE }, (_, e) => expected(...graph.inputs.map((_, i) => at(i, e))));
    for (let round = 0; round < 3; round++) {
      const before = backend.memory().buffers;
      const inputs: Buffer[] = graph.inputs.map((spec, i) =>
        backend.upload(counting(spec.shape[0]!, 1 + 100 * i), spec),
      );
      const outputs = await executable.run(inputs);
      const kept = inputs.filter((_, i) => !graph.donated.includes(i));
      expectSame('different buffers', new Set([...outputs, ...kept]).size, outputs.length + kept.length);
      expectSame('live buffers after the run', backend.memory().buffers - before, outputs.length + kept.length);
      for (const [k, output] of outputs.entries()) {
        const [size] = output.spec.shape.slice(-1);
        await expectValues(
          `output ${k} in round ${round}`,
          output,
          values.slice(0, size).map((row) => row[k]!),
        );
      }
      for (const [i, spec] of graph.inputs.entries()) {
        if (!graph.donated.includes(i)) {
          await expectValues(`input ${i}, which was kept`, inputs[i]!, counting(spec.shape[0]!, 1 + 100 * i));
        }
      }
      for (const buffer of [...outputs, ...kept]) backend.free(buffer);
      expectSame('live buffers in the end', backend.memory().buffers, before);
    }
  });
}
