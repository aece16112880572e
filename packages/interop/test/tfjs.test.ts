import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reference } from '@nablajs/backend-reference';
import { FormatError, setBackend, tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTfjs } from '../src/index.ts';
import { loadTfjs } from '../src/node.ts';

beforeAll(() => setBackend(reference()));

const dense = { name: 'dense_Dense1', units: 2, activation: 'sigmoid', use_bias: true, batch_input_shape: [null, 2] };
const topology = {
  class_name: 'Sequential',
  config: { name: 'sequential_1', layers: [{ class_name: 'Dense', config: dense }] },
  keras_version: 'tfjs-layers 4.22.0',
  backend: 'tensor_flow.js',
};
const entry = (name: string, shape: number[], more = {}) => ({
  name: `dense_Dense1/${name}`,
  shape,
  dtype: 'float32',
  ...more,
});
const model = (weights: object[]) => ({
  format: 'layers-model',
  modelTopology: topology,
  weightsManifest: [{ paths: ['a.bin', 'b.bin'], weights }],
});
const bytesOf = (values: ArrayLike<number>): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

describe('models of TensorFlow.js', () => {
  const json = model([entry('kernel', [2, 2]), entry('bias', [2])]);
  it('are read from several files', async () => {
    const files: Record<string, Uint8Array> = { 'a.bin': bytesOf([1, -2, 0.5, 1]), 'b.bin': bytesOf([0.25, 0]) };
    const read = await readTfjs(json, async (path) => files[path]!);
    const [row] = (await (await read.predict(tensor([[1, 2]]))).array()) as number[][];
    // 1 * 1 + 2 * 0.5 + 0.25 and 1 * -2 + 2 * 1 + 0
    expect(row![0]).toBeCloseTo(sigmoid(2.25), 6);
    expect(row![1]).toBeCloseTo(sigmoid(0), 6);
  });

  it('may be quantized', async () => {
    const quantized = model([
      entry('kernel', [2, 2], { quantization: { dtype: 'uint8', scale: 0.5, min: -1, original_dtype: 'float32' } }),
      entry('bias', [2], { quantization: { dtype: 'float16', original_dtype: 'float32' } }),
    ]);
    // 4 bytes of kernel: 0.5 q - 1; two halves: 1.5 and -2.
    const bytes = Uint8Array.of(2, 4, 0, 6, 0x00, 0x3e, 0x00, 0xc0);
    const read = await readTfjs(quantized, async (path) => (path === 'a.bin' ? bytes : new Uint8Array(0)));
    expect(await read.weights[0]!.value.array()).toEqual([[0, 1], [-1, 2]]); // biome-ignore format: a matrix
    expect(await read.weights[1]!.value.array()).toEqual([1.5, -2]);
  });

  it('are refused when they are graphs, too short, or of strings', async () => {
    const none = async (): Promise<Uint8Array> => new Uint8Array(3);
    await expect(readTfjs({ format: 'graph-model' }, none)).rejects.toThrow(/is a graph model/);
    await expect(readTfjs({}, none)).rejects.toThrow(FormatError);
    await expect(readTfjs(json, none)).rejects.toThrow(/'dense_Dense1\/kernel' ends beyond its files/);
    await expect(readTfjs(model([entry('kernel', [2, 2], { dtype: 'string' })]), none)).rejects.toThrow(
      /stored as string/,
    );
  });

  it('never lead out of their folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tfjs-'));
    try {
      const path = join(folder, 'model.json');
      await writeFile(path, JSON.stringify({ ...json, weightsManifest: [{ paths: ['../secret'], weights: [] }] }));
      await expect(loadTfjs(path)).rejects.toThrow(/outside of its folder/);
      await writeFile(path, JSON.stringify(json));
      await expect(loadTfjs(path)).rejects.toThrow(/[ab]\.bin: cannot be read \(ENOENT\)/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
