import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import {
  type Backend,
  compile,
  type Graph,
  NablaError,
  randomNormal,
  setBackend,
  tensor,
  variable,
  zeros,
} from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

let backend: Backend;

beforeAll(async () => {
  backend = await cpu();
  setBackend(backend);
});

/** state' = state * 0.9 + x, and its sum. */
const STEP: Graph = {
  inputs: [
    { shape: [1000], dtype: 'float32' },
    { shape: [1000], dtype: 'float32' },
  ],
  constants: [],
  code: [
    {
      op: 'full',
      operands: [],
      attrs: { value: 0.9, shape: [], dtype: 'float32' },
      spec: { shape: [], dtype: 'float32' },
    },
    { op: 'mul', operands: [0, 2], attrs: {}, spec: { shape: [1000], dtype: 'float32' } },
    { op: 'add', operands: [3, 1], attrs: {}, spec: { shape: [1000], dtype: 'float32' } },
    { op: 'sum', operands: [4], attrs: { axes: [0], keepDims: false }, spec: { shape: [], dtype: 'float32' } },
  ],
  outputs: [4, 5],
  donated: [0],
};

test('donated state is updated in place, run after run', async () => {
  const executable = await backend.compile(STEP);
  const x = backend.upload(new Float32Array(1000).fill(1), STEP.inputs[1]!);
  let state = backend.upload(new Float32Array(1000), STEP.inputs[0]!);
  const { block } = state as unknown as { block: { address: number } };
  const before = backend.memory();
  let expected = 0;
  for (let i = 0; i < 2000; i++) {
    const [next, sum] = await executable.run([state, x]);
    backend.free(sum!);
    state = next!;
    expected = Math.fround(Math.fround(expected * Math.fround(0.9)) + 1);
  }
  expect((state as unknown as { block: { address: number } }).block.address).toBe(block.address);
  expect(backend.memory()).toEqual(before);
  const values = await backend.download(state);
  expect(values[0]).toBeCloseTo(10, 4);
  expect(values[999]).toBe(values[0]);
  expect(values[0]).toBeCloseTo(expected, 4);
  backend.free(state);
  backend.free(x);
  executable.dispose();
});

test('one pass over memory for the whole of an optimizer update', async () => {
  const executable = await backend.compile(STEP);
  expect(executable.describe?.()).toMatch(/1 tasks, arena 64 bytes|1 tasks, arena 0 bytes/);
  executable.dispose();
});

test('training leaves nothing behind: buffers constant over 2000 steps', async () => {
  const w = variable(randomNormal([16, 8]));
  const b = variable(zeros([8]));
  const x = tensor(Array.from({ length: 4 }, (_, i) => Array.from({ length: 16 }, (_, j) => Math.sin(i * 16 + j))));
  const step = compile(() => {
    const loss = x.matmul(w.value).add(b.value).tanh().square().mean();
    const [gw, gb] = gradients(loss, [w, b]);
    w.assign(w.value.sub(gw!.mul(0.01)));
    b.assign(b.value.sub(gb!.mul(0.01)));
    return loss;
  });
  const first = await (await step()).item();
  for (let i = 0; i < 50; i++) (await step())[Symbol.dispose]();
  const before = backend.memory();
  let last = 0;
  for (let i = 0; i < 2000; i++) {
    const loss = await step();
    if (i === 1999) last = await loss.item();
    loss[Symbol.dispose]();
  }
  expect(backend.memory()).toEqual(before);
  expect(last).toBeLessThan(first);
});

test('no room: the error names the bytes, and what was donated is gone', async () => {
  const small = await cpu({ memory: 4 * 2 ** 20 });
  const spec = { shape: [300_000], dtype: 'float32' } as const;
  const a = small.upload(new Float32Array(300_000), spec);
  const b = small.upload(new Float32Array(300_000), spec);
  expect(() => small.upload(new Float32Array(1_000_000), { shape: [1_000_000], dtype: 'float32' })).toThrow(
    /4000000 bytes/,
  );
  expect(() => small.upload(new Float32Array(1_000_000), { shape: [1_000_000], dtype: 'float32' })).toThrow(NablaError);
  const twice: Graph = {
    inputs: [spec],
    constants: [],
    code: [{ op: 'concat', operands: [0, 0], attrs: { axis: 0 }, spec: { shape: [600_000], dtype: 'float32' } }],
    outputs: [1],
    donated: [0],
  };
  const executable = await small.compile(twice);
  await expect(executable.run([a])).rejects.toThrow(/out of memory/);
  expect(small.memory().buffers).toBe(1);
  small.free(b);
  expect(small.memory()).toEqual({ buffers: 0, bytes: 0 });
  await small.dispose();
});

test('after dispose everything says so', async () => {
  const closed = await cpu();
  const buffer = closed.upload(new Float32Array(1), { shape: [1], dtype: 'float32' });
  const executable = await closed.compile({ inputs: [], constants: [], code: [], outputs: [], donated: [] });
  await closed.dispose();
  expect(() => closed.upload(new Float32Array(1), { shape: [1], dtype: 'float32' })).toThrow(/disposed/);
  await expect(closed.download(buffer)).rejects.toThrow(/disposed/);
  await expect(executable.run([])).rejects.toThrow(/disposed/);
  const nothing = { inputs: [], constants: [], code: [], outputs: [], donated: [] };
  await expect(closed.compile(nothing)).rejects.toThrow(/disposed/);
});
