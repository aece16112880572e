// The models themselves: names are unique, every value has a type, and ONNX Runtime infers the shapes that we wrote.
import { type LowerOptions, lowerGraph, type Message, readModel, writeModel } from '@nablajs/onnx-graph';
import type { Graph } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpuEngine } from '../src/cpu-engine.ts';
import { openSession } from '../src/native/session.ts';
import { sampleGraphs } from './sample-graphs.ts';

const { api, env, session } = cpuEngine({ threads: 1, spinning: false, library: undefined });
const strict = {
  ...session,
  providers: (options: bigint) =>
    api.check('AddSessionConfigEntry', options, 'session.strict_shape_type_inference', '1'),
};

let graphs: Graph[] = [];
beforeAll(async () => {
  graphs = (await sampleGraphs('float32')).filter(({ outputs }) => outputs.length > 0);
});

describe.each<LowerOptions>([{ device: 'cpu' }, { device: 'cpu', threads: 2 }, { device: 'cuda' }])('%j', (options) => {
  test('shapes and types of all inner values are what ONNX Runtime infers', () => {
    for (const graph of graphs) {
      const model = lowerGraph(graph, { ...options, annotate: true });
      openSession(api, env, model, strict).dispose();
    }
  });

  test('every value is defined once, before it is used, and has a type', () => {
    for (const graph of graphs) {
      const { opsetImport, graph: written } = readModel(lowerGraph(graph, { ...options, annotate: true }));
      expect(opsetImport).toEqual([{ domain: '', version: 21n }]);
      checkNames(written);
    }
  });
});

test('a wrong shape would have been noticed', () => {
  const written = readModel(lowerGraph(graphs.find(({ code }) => code.length > 3)!, { annotate: true })).graph;
  const [first] = written.valueInfo;
  const wrong = { dim: [...first!.type!.tensorType!.shape!.dim, { dimValue: 77n }] };
  const type = { tensorType: { ...first!.type!.tensorType, shape: wrong } };
  const model = writeModel({ ...written, valueInfo: [{ ...first, type }, ...written.valueInfo.slice(1)] });
  expect(() => openSession(api, env, model, strict)).toThrow(/shape/i);
});

function checkNames({ input, output, initializer, node, valueInfo }: Message<'GraphProto'>): void {
  const typed = [...input, ...output, ...valueInfo];
  for (const { type } of typed) expect(type?.tensorType?.elemType).toBeGreaterThan(0);
  const known = new Set([...input, ...initializer].map(({ name }) => name!));
  expect(known.size).toBe(input.length + initializer.length);
  for (const { input: taken, output: given } of node) {
    for (const name of taken) expect(name === '' || known.has(name)).toBe(true);
    for (const name of given) {
      expect(known.has(name)).toBe(false);
      known.add(name);
    }
  }
  expect(new Set(node.map(({ name }) => name)).size).toBe(node.length);
  expect(output.every(({ name }) => known.has(name!))).toBe(true);
  const withTypes = new Set([...typed.map(({ name }) => name!), ...initializer.map(({ name }) => name!)]);
  expect([...known].filter((name) => !withTypes.has(name))).toEqual([]);
}
