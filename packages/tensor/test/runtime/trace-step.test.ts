import { reference } from '@nablajs/backend-reference';
import { beforeAll, expect, test } from 'vitest';
import {
  type Buffer,
  compile,
  fromData,
  philox4x32,
  randomBits,
  setBackend,
  specOf,
  type Tensor,
  TraceError,
  traceGraph,
  traceStep,
  variable,
} from '../../src/index.ts';

const backend = reference();
const target = { name: 'test', capabilities: backend.capabilities };
const FOUR = { shape: [4], dtype: 'float32' } as const;

beforeAll(() => setBackend(backend));

test('a step is a graph of its arguments, what it changes, draws and finds outside', async () => {
  const total = variable(fromData(Float32Array.of(1, 2, 3, 4)), { name: 'total' });
  const rate = variable(fromData(Float32Array.of(10)), { name: 'rate' });
  const outside = fromData(Float32Array.of(0.5, 0.5, 0.5, 0.5));
  const { graph, inputs } = traceStep(
    ([x]) => {
      total.assign(total.value.add(x!.mul(rate.value)).add(outside));
      return [x!.neg(), randomBits([4])];
    },
    [FOUR],
    target,
  );
  expect(inputs.map((input) => (input.kind === 'variable' ? [input.variable.name, input.output] : input.kind))).toEqual(
    [['total', 2], ['rate', null], 'key', 'captured'],
  );
  // After the argument; only what changes is handed over.
  expect(graph.donated).toEqual([1]);
  expect(graph.outputs.map((value) => specOf(graph, value).dtype)).toEqual(['float32', 'int32', 'float32']);

  const upload = (...values: number[]): Buffer =>
    backend.upload(Float32Array.from(values), { shape: [values.length], dtype: 'float32' });
  const key = backend.upload(Int32Array.of(7, 3), { shape: [2], dtype: 'int32' });
  const program = await backend.compile(graph);
  const outputs = await program.run([
    upload(1, 0, -1, 2),
    upload(1, 2, 3, 4),
    upload(10),
    key,
    upload(0.5, 0.5, 0.5, 0.5),
  ]);
  const [negated, bits, next] = await Promise.all(outputs.map((output) => backend.download(output)));
  expect(Array.from(negated!, (value) => value + 0)).toEqual([-1, 0, 1, -2]);
  expect(Array.from(next!)).toEqual([11.5, 2.5, -6.5, 24.5]);
  const words = philox4x32([7, 0x4e61626c], [0, 0, 3, 0]);
  expect(Array.from(bits!)).toEqual(Array.from(words, (word) => word >>> 8));
  // The trace left the variable as it was.
  expect(Array.from(await total.value.data())).toEqual([1, 2, 3, 4]);
});

test('graphs of functions refuse what only steps may do', async () => {
  const state = variable(fromData(Float32Array.of(0)), { name: 'state' });
  const counts = ([x]: readonly Tensor[]): readonly Tensor[] => {
    state.assign(state.value.add(1));
    return [x!];
  };
  await expect(traceGraph(counts, [FOUR], target)).rejects.toThrow("test: the model changes 'state'");
  await expect(traceGraph(() => [randomBits([1])], [FOUR], target)).rejects.toThrow('draws random numbers');
  await expect(compile(() => traceStep(() => [], [], target))()).rejects.toThrow(TraceError);
});
