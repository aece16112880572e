import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { type Backend, type Graph, type HostArray, hostArray, sizeOf } from '@nablajs/tensor';
import fc from 'fast-check';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { chaining } from '../../src/plan/chaining.ts';
import { graphOf } from './random-graph.ts';

let fast: Backend;
const truth = reference();

beforeAll(async () => {
  fast = await cpu();
});

function inputsOf(graph: Graph): HostArray[] {
  return graph.inputs.map(({ shape, dtype }, n) => {
    const data = hostArray(dtype, sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = dtype === 'bool' ? (i * 7 + n) % 2 : ((i * 37 + n * 11) % 9) - 4;
    return data;
  });
}

async function results(backend: Backend, graph: Graph): Promise<{ outputs: HostArray[]; untouched: HostArray[] }> {
  const executable = await backend.compile(graph);
  let outputs: HostArray[] = [];
  let untouched: HostArray[] = [];
  // Twice: the second run finds the memory that the first one left.
  for (let turn = 0; turn < 2; turn++) {
    const buffers = inputsOf(graph).map((data, i) => backend.upload(data, graph.inputs[i]!));
    const made = await executable.run(buffers);
    expect(new Set(made).size).toBe(made.length);
    outputs = await Promise.all(made.map((buffer) => backend.download(buffer)));
    const kept = buffers.filter((_, i) => !graph.donated.includes(i));
    untouched = await Promise.all(kept.map((buffer) => backend.download(buffer)));
    for (const buffer of [...made, ...kept]) backend.free(buffer);
  }
  executable.dispose();
  return { outputs, untouched };
}

/** Whole numbers are exact in float32 below 2^24, in any order of summation; sums on the way get some room. */
const EXACT = 2 ** 21;

async function isExact(graph: Graph): Promise<boolean> {
  const first = graph.inputs.length + graph.constants.length;
  const floats = graph.code.flatMap(({ spec }, i) => (spec.dtype === 'float32' ? [first + i] : []));
  const { outputs } = await results(truth, { ...graph, donated: [], outputs: floats });
  return outputs.every((data) => data.every((value: number) => !(Math.abs(value) >= EXACT)));
}

const choice = fc.tuple(fc.nat(200), fc.nat(100), fc.nat(100), fc.nat(100));

const usual = { ...chaining };
afterEach(() => void Object.assign(chaining, usual));

test.each([
  ['', usual],
  [' or chained', { large: 4, block: 64, fewest: 2 }],
])(
  'random graphs give exactly what the reference gives, whatever is fused, viewed, donated, returned%s',
  async (_, how) => {
    Object.assign(chaining, how);
    await fc.assert(
      fc.asyncProperty(
        fc.array(choice, { minLength: 1, maxLength: 60, size: 'max' }),
        fc.array(fc.nat(1000), { maxLength: 5 }),
        fc.nat(2047),
        async (choices, outputs, donated) => {
          const graph = graphOf(choices, { outputs, donated });
          fc.pre(await isExact(graph));
          const wanted = await results(truth, graph);
          const found = await results(fast, graph);
          found.outputs.forEach((data, i) => {
            // -0 and 0 are the same number here: sums of nothing differ in it.
            expect(Array.from(data, (x) => x + 0)).toEqual(Array.from(wanted.outputs[i]!, (x) => x + 0));
          });
          expect(found.untouched).toEqual(wanted.untouched);
        },
      ),
      { numRuns: 150 },
    );
    expect(fast.memory()).toEqual({ buffers: 0, bytes: 0 });
  },
);
