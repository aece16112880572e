import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { reference } from '@nablajs/backend-reference';
import { Bidirectional, Dense, Dropout, GRU, Input, type LayerJSON } from '@nablajs/layers';
import { ConfigError, FormatError, type HostArray, NablaError, setBackend, setSeed } from '@nablajs/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksumOf } from '../src/files/checksum.ts';
import {
  loadModel,
  modelFromBytes,
  readSafetensors,
  Sequential,
  type StoredTensor,
  writeSafetensors,
} from '../src/index.ts';
import { clouds } from './data.ts';

let bytes: Uint8Array;
let weights: HostArray[];
let folder: string;

beforeAll(async () => {
  setBackend(reference());
  setSeed(2);
  folder = await mkdtemp(join(tmpdir(), 'nabla-'));
  const { x, oneHot } = clouds(12);
  const model = new Sequential([
    Input({ shape: [2] }),
    new Dense(3, { activation: 'relu' }),
    new Dropout(0.2),
    new Dense(3, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(x, oneHot, { verbose: 0 });
  bytes = await model.toBytes();
  weights = await Promise.all(model.weights.map(({ value }) => value.data()));
});

afterAll(() => rm(folder, { recursive: true }));

/** The file with another record, and a checksum that fits it: what an attacker would write. */
function forged(change: (record: Record<string, never>) => unknown, tensors?: Map<string, StoredTensor>): Uint8Array {
  const contents = readSafetensors(bytes);
  const record = JSON.parse(contents.metadata['nabla']!) as Record<string, never>;
  const changed = change(record);
  const json = typeof changed === 'string' ? changed : JSON.stringify(changed ?? record);
  const kept = tensors ?? contents.tensors;
  return writeSafetensors({
    tensors: kept,
    metadata: { ...contents.metadata, nabla: json, checksum: checksumOf(json, kept) },
  });
}

describe('a model file', () => {
  test('is an ordinary safetensors file', () => {
    const { tensors } = readSafetensors(bytes);
    expect([...tensors.keys()].slice(0, 4)).toEqual(['dense/kernel', 'dense/bias', 'dense_1/kernel', 'dense_1/bias']);
    expect(tensors.get('dense/kernel')!.shape).toEqual([2, 3]);
    expect(tensors.get('optimizer/iterations')!.data).toEqual(Int32Array.of(1));
  });

  test('comes back from the disk, written whole or not at all', async () => {
    const path = join(folder, 'deep', 'model.safetensors');
    const model = modelFromBytes(bytes);
    await model.save(path);
    expect(await readdir(join(folder, 'deep'))).toEqual(['model.safetensors']);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    const again = await loadModel(path);
    expect(await Promise.all(again.weights.map(({ value }) => value.data()))).toEqual(weights);
  });

  test('of a model that was compiled and never trained is read back, ready to train', async () => {
    const model = new Sequential([Input({ shape: [2] }), new Dense(3)]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    const again = modelFromBytes(await model.toBytes());
    const { x, oneHot } = clouds(3);
    expect((await again.fit(x, oneHot, { verbose: 0 })).epoch).toEqual([0]);
  });

  test.each([
    ['chosen', new Bidirectional(new GRU(2))],
    ['given', new Bidirectional(new GRU(2, { name: 'reader' }))],
  ])('knows the layers of a Bidirectional again, by %s names', async (_, layer) => {
    const model = new Sequential([Input({ shape: [3, 1] }), layer]);
    const back = modelFromBytes(await model.toBytes());
    expect(back.weights.map(({ name }) => name)).toEqual(model.weights.map(({ name }) => name));
    const [before, after] = await Promise.all(
      [model, back].map(async (each) => (await each.predict([[[1], [2], [3]]])).data()),
    );
    // Weights are float32 in files, float64 in the reference backend.
    for (const [i, value] of before!.entries()) expect(after![i]).toBeCloseTo(value, 6);
    expect(modelFromBytes(await back.toBytes()).toJSON()).toEqual(model.toJSON());
  });

  test('that is not there, or not ours, says so', async () => {
    await expect(loadModel(join(folder, 'none.safetensors'))).rejects.toThrow(/cannot read .*none\.safetensors/);
    const path = join(folder, 'text.safetensors');
    await writeFile(path, 'hello, this is no model');
    await expect(loadModel(path)).rejects.toThrow(FormatError);
    const foreign = writeSafetensors({ metadata: {}, tensors: readSafetensors(bytes).tensors });
    expect(() => modelFromBytes(foreign)).toThrow(/no Nabla model/);
  });

  test('that cannot be read or written says which, why and what to do', async () => {
    const model = modelFromBytes(bytes);
    const [missing, file] = [join(folder, 'none.safetensors'), join(folder, 'plain')];
    await writeFile(file, 'hello');
    for (const read of [loadModel, (path: string) => model.loadWeights(path)]) {
      await expect(read(missing)).rejects.toThrow(`cannot read ${missing} (ENOENT). There is no such file or folder.`);
      await expect(read('none.safetensors')).rejects.toThrow(`as seen from ${process.cwd()}`);
      await expect(read(folder)).rejects.toThrow(`cannot read ${folder} (EISDIR). It is a folder: name a file in it.`);
      await expect(read(folder)).rejects.toBeInstanceOf(FormatError);
    }
    const below = join(file, 'model.safetensors');
    for (const write of [(path: string) => model.save(path), (path: string) => model.saveWeights(path)]) {
      await expect(write(folder)).rejects.toThrow(
        `cannot write ${folder} (EISDIR). It is a folder: name a file in it.`,
      );
      await expect(write(below)).rejects.toThrow(
        /cannot write .*plain.model\.safetensors \((ENOTDIR|EEXIST)\)\. .*folder should be/,
      );
      await expect(write(below)).rejects.toBeInstanceOf(ConfigError);
    }
    expect(await readdir(tmpdir())).not.toContain(`${basename(folder)}.${process.pid}.tmp`);
  });
});

describe('damage and malice', () => {
  test('every cut and every flipped bit is noticed, or changes nothing', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
        const bad = cut ? bytes.slice(0, at) : bytes.slice();
        if (!cut) bad[at]! ^= 1 << bit;
        try {
          const model = modelFromBytes(bad);
          expect(await Promise.all(model.weights.map(({ value }) => value.data()))).toEqual(weights);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          refused++;
        }
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(1900);
  });

  test.each<[string, () => Uint8Array, RegExp]>([
    ['another version', () => forged((r) => ({ ...r, version: 9 })), /version 9/],
    ['no JSON', () => forged(() => '{"version":1,'), /not JSON/],
    ['nesting', () => forged(() => '['.repeat(10_000) + ']'.repeat(10_000)), /nested deeper/],
    ['no layers', () => forged((r) => ({ ...r, model: { type: 'Sequential', name: 'x' } })), /no config/],
    [
      'a huge layer',
      () => forged((r) => withLayer(r, 0, { units: 1e9 })),
      /weight 'dense\/kernel' is float32\[2, 1000000000\] in the model/,
    ],
    [
      'a huge layer that is costly to initialize',
      () => forged((r) => withLayer(r, 0, { units: 1e7, kernelInitializer: 'orthogonal' })),
      /float32\[2, 10000000\] in the model/,
    ],
    ['an endless layer', () => forged((r) => withLayer(r, 0, { units: 2 ** 52 })), /./],
    ['units that are no number', () => forged((r) => withLayer(r, 0, { units: 'many' })), /units/],
    [
      'a huge input',
      () =>
        forged((r) => ({
          ...r,
          model: withInput(r['model'] as unknown as LayerJSON, [2 ** 50]),
        })),
      /./,
    ],
    ['a weight too few', () => forged((r) => r, without('dense/kernel')), /no values for weight 'dense\/kernel'/],
    ['a weight too many', () => forged((r) => r, withExtra()), /'extra'/],
    ['a prototype for a type', () => forged((r) => withType(r, '__proto__')), /__proto__/],
    ['a constructor for a type', () => forged((r) => withType(r, 'constructor')), /constructor/],
  ])('%s is refused before anything is allocated', (_, make, message) => {
    const before = process.memoryUsage().arrayBuffers;
    let error: unknown;
    try {
      modelFromBytes(make());
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(NablaError);
    expect((error as Error).message).toMatch(message);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  });

  test('an unknown type names the package to install', () => {
    expect(() => modelFromBytes(forged((r) => withType(r, 'acme/GhostNorm')))).toThrow(ConfigError);
    expect(() => modelFromBytes(forged((r) => withType(r, 'acme/GhostNorm')))).toThrow(/acme/);
  });
});

function layersOf(record: Record<string, never>): { type: string; config: object }[] {
  return (record['model'] as unknown as { config: { layers: { type: string; config: object }[] } }).config.layers;
}

function withInput(model: LayerJSON, shape: readonly number[]): LayerJSON {
  return { ...model, config: { ...model.config, input: { shape, dtype: 'float32' } } };
}

function withLayer(record: Record<string, never>, at: number, config: object): unknown {
  const layer = layersOf(record)[at]!;
  layer.config = { ...layer.config, ...config };
  return record;
}

function withType(record: Record<string, never>, type: string): unknown {
  layersOf(record)[0]!.type = type;
  return record;
}

function without(name: string): Map<string, StoredTensor> {
  const tensors = new Map(readSafetensors(bytes).tensors);
  tensors.delete(name);
  return tensors;
}

function withExtra(): Map<string, StoredTensor> {
  return new Map([
    ...readSafetensors(bytes).tensors,
    ['extra', { dtype: 'float32' as const, shape: [1], data: Float32Array.of(1) }],
  ]);
}
