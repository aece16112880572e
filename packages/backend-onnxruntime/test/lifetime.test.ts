// Sessions and buffers outlive the runs that use them, and nothing is released twice.
import { type Graph, NablaError, TraceError } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { backendOn } from '../src/backend.ts';
import { cpuEngine } from '../src/cpu-engine.ts';
import { onnxruntime } from '../src/index.ts';

const SIDE = 500;
const shape = [SIDE, SIDE];
/** A product that takes some milliseconds, so that later runs happen on another thread. */
const product: Graph = {
  inputs: [{ shape, dtype: 'float32' }],
  constants: [],
  code: [
    {
      op: 'matmul',
      operands: [0, 0],
      attrs: { transposeA: false, transposeB: false },
      spec: { shape, dtype: 'float32' },
    },
  ],
  outputs: [1],
  donated: [],
};
const ones = new Float32Array(SIDE * SIDE).fill(1);

test('runs under way end well when their executable is disposed of, and when the backend is', async () => {
  const backend = await onnxruntime({ threads: 1 });
  const x = backend.upload(ones, { shape, dtype: 'float32' });
  const executable = await backend.compile(product);
  await executable.run([x]);
  await executable.run([x]);
  const runs = Array.from({ length: 4 }, () => executable.run([x]));
  executable.dispose();
  executable.dispose();
  for (const [y] of await Promise.all(runs)) {
    expect(((await backend.download(y!)) as Float32Array).every((value) => value === SIDE)).toBe(true);
  }
  const other = await backend.compile(product);
  await other.run([x]);
  const last = other.run([x]);
  await backend.dispose();
  await expect(last).resolves.toHaveLength(1);
  await backend.dispose();
  expect(() => backend.upload(ones, { shape, dtype: 'float32' })).toThrow(TraceError);
  await expect(backend.compile(product)).rejects.toThrow(/disposed/);
  await expect(other.run([x])).rejects.toThrow(TraceError);
});

test('a model that ONNX Runtime refuses is a typed error', async () => {
  const backend = backendOn({
    ...cpuEngine({ threads: 1, spinning: false, library: undefined }),
    lower: () => new Uint8Array([1, 2, 3]),
  });
  await expect(backend.compile(product)).rejects.toThrow(NablaError);
  await backend.dispose();
});
