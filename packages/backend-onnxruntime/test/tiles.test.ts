// Optimizers that run tile by tile, on parts of their inputs and outputs, compute exactly what they compute whole.
import { lowerGraph, readModel } from '@nablajs/onnx-graph';
import { fromData, type Graph, setBackend, setSeed } from '@nablajs/tensor';
import { Adam, Dense, Input, Sequential } from 'nablajs';
import { afterAll, expect, test } from 'vitest';
import { backendOn } from '../src/backend.ts';
import { cpuEngine } from '../src/cpu-engine.ts';

const engine = cpuEngine({ threads: 1, spinning: false, library: undefined });
const graphs: Graph[] = [];
const tile = 128;
const [whole, tiled] = [0, tile].map((size) =>
  backendOn({
    ...engine,
    lower: (graph) => {
      graphs.push(graph);
      return lowerGraph(graph, { tile: size });
    },
  }),
) as [ReturnType<typeof backendOn>, ReturnType<typeof backendOn>];
afterAll(() => Promise.all([whole.dispose(), tiled.dispose()]));

async function train(on: typeof whole): Promise<Float32Array[]> {
  setBackend(on);
  setSeed(4);
  const model = new Sequential([
    Input({ shape: [37] }),
    new Dense(29, { activation: 'tanh', kernelRegularizer: 'l2' }),
    new Dense(3, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new Adam(0.01, { clipNorm: 0.5 }), loss: 'sparseCategoricalCrossentropy' });
  const x = fromData(
    Float32Array.from({ length: 24 * 37 }, (_, i) => Math.sin(i * i)),
    [24, 37],
  );
  await model.fit(x, fromData(Int32Array.from({ length: 24 }, (_, i) => i % 3)), {
    epochs: 4,
    batchSize: 8,
    verbose: 0,
  });
  return Promise.all(model.weights.map(async ({ value }) => (await value.data()) as Float32Array));
}

test('training in tiles gives the same weights, to the bit', async () => {
  expect(await train(tiled)).toEqual(await train(whole));
});

test('the step takes and gives large state in parts that cover it', () => {
  const step = graphs.reduce((largest, graph) => (graph.code.length > largest.code.length ? graph : largest));
  const { input, output } = readModel(lowerGraph(step, { tile })).graph;
  for (const names of [input, output].map((list) => list.map(({ name }) => name!))) {
    const parts = names.filter((name) => name.includes('['));
    const byValue = new Map<string, string[]>();
    for (const name of parts) {
      const value = name.slice(0, name.indexOf('['));
      byValue.set(value, [...(byValue.get(value) ?? []), name]);
    }
    // The kernel [37, 29] and its two slots.
    expect(byValue.size).toBe(3);
    for (const list of byValue.values()) {
      const ranges = list.map(
        (name) =>
          name
            .match(/\[(\d+):(\d+)\]/)!
            .slice(1)
            .map(Number) as [number, number],
      );
      ranges.sort(([a], [b]) => a - b);
      expect(ranges.at(-1)![1]).toBe(37 * 29);
      expect(ranges.map(([start]) => start)).toEqual([0, ...ranges.slice(0, -1).map(([, end]) => end)]);
    }
  }
  // Both slots are written over: `output_4[0:128] over input_5`. The kernel is not, for the graph reads it elsewhere.
  const over = output.filter(({ name }) => name!.includes(' over '));
  expect(new Set(over.map(({ name }) => name!.split(' over ')[1])).size).toBe(2);
});
