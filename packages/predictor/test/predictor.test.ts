import { cpu } from '@nablajs/backend-cpu';
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import { reference } from '@nablajs/backend-reference';
import { tfjs } from '@nablajs/backend-tfjs';
import {
  Add,
  BatchNormalization,
  Conv2D,
  Dense,
  Dropout,
  Embedding,
  Flatten,
  GlobalAveragePooling2D,
  Input,
  Lambda,
  LSTM,
  MaxPooling2D,
} from '@nablajs/layers';
import { type AnyModel, checksumOf, Model, readSafetensors, Sequential, writeSafetensors } from '@nablajs/model';
import { fromData, NablaError, setBackend, setSeed, sizeOf, type Tensor } from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ExportPredictorOptions, exportPredictor, loadPredictor } from '../src/index.ts';

const backend = await cpu({ threads: 1 });

beforeAll(() => setBackend(backend));

const MODELS: Readonly<Record<string, () => AnyModel>> = {
  dense: () =>
    new Sequential([
      Input({ shape: [4] }),
      new Dense(8, { activation: 'relu' }),
      new Dense(3, { activation: 'softmax' }),
    ]),
  convolutional: () =>
    new Sequential([
      Input({ shape: [8, 8, 2] }),
      new Conv2D(4, 3, { padding: 'same', activation: 'relu' }),
      new BatchNormalization(),
      new MaxPooling2D(2),
      new Dropout(0.5),
      new Flatten(),
      new Dense(3),
    ]),
  pooled: () => new Sequential([Input({ shape: [5, 5, 3] }), new GlobalAveragePooling2D(), new Dense(2)]),
  recurrent: () => new Sequential([Input({ shape: [6, 3] }), new LSTM(5), new Dense(2)]),
};

function samples(shape: readonly number[], count: number): Float32Array {
  return Float32Array.from({ length: count * sizeOf(shape) }, (_, i) => Math.sin(i * 1.7));
}

describe('a predictor computes what its model predicts', () => {
  for (const [name, make] of Object.entries(MODELS)) {
    test(name, async () => {
      setSeed(5);
      const model = make();
      const predictor = await loadPredictor(await exportPredictor(model));
      const { shape } = predictor.inputs[0]!;
      // One batch, several, and a last one that is smaller.
      for (const count of [1, 32, 45]) {
        const x = samples(shape, count);
        const expected = (await model.predict(fromData(x, [count, ...shape]))) as Tensor;
        const { data, shape: found } = await predictor.predict(x);
        expect(found).toEqual(expected.shape);
        expect(Array.from(data)).toEqual(Array.from(await expected.data()));
      }
      predictor.dispose();
    });
  }

  test.each([
    ['onnxruntime', () => onnxruntime({ threads: 1 })],
    ['tfjs-cpu', () => tfjs({ engine: 'cpu' })],
    ['reference', () => reference()],
  ])('on %s as well', async (_, open) => {
    setSeed(5);
    const other = await open();
    const model = MODELS.convolutional!();
    const predictor = await loadPredictor(await exportPredictor(model, { backend: other }), { backend: other });
    const x = samples([8, 8, 2], 5);
    const expected = await ((await model.predict(fromData(x, [5, 8, 8, 2]))) as Tensor).data();
    const { data } = await predictor.predict(x, { batchSize: 2 });
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    predictor.dispose();
    await other.dispose();
  });

  test('several inputs and outputs, by name, of different types', async () => {
    setSeed(6);
    const words = Input({ shape: [5], dtype: 'int32', name: 'words' });
    const picture = Input({ shape: [7], name: 'picture' });
    const text = new Flatten().apply(new Embedding(11, 4).apply(words));
    const both = new Add().apply([new Dense(6).apply(text), new Dense(6).apply(picture)]);
    const model = new Model({
      inputs: { words, picture },
      outputs: { kind: new Dense(2, { name: 'kind' }).apply(both), both },
    });
    const predictor = await loadPredictor(await exportPredictor(model));
    const [ids, pixels] = [Int32Array.from({ length: 15 }, (_, i) => (i * 7) % 11), samples([7], 3)];
    const expected = (await model.predict({
      words: fromData(ids, [3, 5]),
      picture: fromData(pixels, [3, 7]),
    })) as Record<string, Tensor>;
    const found = await predictor.run({ words: ids, picture: pixels });
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, { data }] of Object.entries(found)) {
      expect(Array.from(data)).toEqual(Array.from(await expected[name]!.data()));
    }
  });
});

/** What a layer or file does not let through, as its message. */
async function refused(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NablaError);
  return String(error);
}

/** 2 inputs, 1 output: 3 x - 2 y + 0.5. */
async function line(options: ExportPredictorOptions = {}): Promise<Uint8Array> {
  const model = new Sequential([Input({ shape: [2] }), new Dense(1)]);
  model.weights[0]!.assign(fromData(Float32Array.of(3, -2), [2, 1]));
  model.weights[1]!.assign(fromData(Float32Array.of(0.5), [1]));
  return exportPredictor(model, options);
}

test('the numbers are those of the arithmetic, from plain lists as well', async () => {
  const predictor = await loadPredictor(await line());
  const { data, shape } = await predictor.predict([1, 1, 4, 0.25], { batchSize: 1 });
  expect(shape).toEqual([2, 1]);
  expect(Array.from(data)).toEqual([1.5, 12]);
});

test('predictions asked for at once come one after the other', async () => {
  const predictor = await loadPredictor(await line());
  const outputs = await Promise.all([1, 2, 3].map((x) => predictor.predict([x, 0])));
  expect(outputs.map(({ data }) => data[0])).toEqual([3.5, 6.5, 9.5]);
});

test('nothing stays on the backend after dispose', async () => {
  const before = backend.memory().buffers;
  const predictor = await loadPredictor(await line());
  await predictor.predict([1, 2, 3, 4, 5, 6], { batchSize: 2 });
  expect(backend.memory().buffers).toBe(before + 2);
  predictor.dispose();
  expect(backend.memory().buffers).toBe(before);
  expect(await refused(predictor.predict([1, 2]))).toContain('was disposed');
});

test('infinite and negative zero attributes survive the file', async () => {
  const model = new Sequential([Input({ shape: [4, 4, 1] }), new MaxPooling2D(3, { strides: 1, padding: 'same' })]);
  const predictor = await loadPredictor(await exportPredictor(model, { backend: reference() }), {
    backend: reference(),
  });
  const { data } = await predictor.predict(Float32Array.from({ length: 16 }, (_, i) => -i - 1));
  expect(Array.from(data)).toEqual([-1, -1, -2, -3, -1, -1, -2, -3, -5, -5, -6, -7, -9, -9, -10, -11]);
});

describe('what does not fit is refused', () => {
  test('numbers that make no whole sample', async () => {
    const predictor = await loadPredictor(await line());
    expect(await refused(predictor.predict([1, 2, 3]))).toContain("a sample of 'input' has 2 numbers (shape [2])");
    expect(await refused(predictor.predict([]))).toContain('0 were given');
  });

  test('names of inputs that are not there', async () => {
    const predictor = await loadPredictor(await line());
    expect(await refused(predictor.run({ x: [1, 2] }))).toContain("takes 'input', got 'x'");
  });

  test('other numbers of samples than the only one', async () => {
    const predictor = await loadPredictor(await line({ batchSize: 2 }));
    expect(Array.from((await predictor.predict([0, 0, 1, 0])).data)).toEqual([0.5, 3.5]);
    expect(await refused(predictor.predict([1, 2]))).toContain('batches of exactly 2, got 1 samples');
  });

  test('a backend that the file was not written for', async () => {
    const bytes = await exportPredictor(MODELS.convolutional!());
    const { capabilities, ...rest } = reference();
    const poor = { ...rest, name: 'poor', capabilities: { ...capabilities, ops: new Set(['add']) } };
    const predictor = await loadPredictor(bytes, { backend: poor, file: 'net.predictor' });
    expect(await refused(predictor.predict(samples([8, 8, 2], 1)))).toMatch(
      /net\.predictor: backend 'poor' cannot run '\w+' .*exportPredictor\(model, \{ backend \}\)/,
    );
  });

  test('models that do not know their input', async () => {
    expect(await refused(exportPredictor(new Sequential([new Dense(1)])))).toContain('does not know its input yet');
  });

  test('models that compute with the size of the batch', async () => {
    const centred = new Sequential([Input({ shape: [2] }), new Lambda((x: Tensor) => x.sub(x.mean(0)))]);
    const any = await loadPredictor(await exportPredictor(centred));
    expect(Array.from((await any.predict([1, 2, 3, 6])).data)).toEqual([-1, -2, 1, 2]);
    // The square of the size: on a line through any two sizes, but not on one.
    const squared = new Sequential([Input({ shape: [2] }), new Lambda((x: Tensor) => x.mul(x.shape[0]! ** 2))]);
    const message = await refused(exportPredictor(squared));
    expect(message).toContain('batches of any size');
    const predictor = await loadPredictor(await exportPredictor(squared, { batchSize: 2 }));
    expect(Array.from((await predictor.predict([1, 2, 3, 6])).data)).toEqual([4, 8, 12, 24]);
  });

  test.each<[string, (stored: Record<string, unknown>) => void, string]>([
    ['a newer format', (stored) => (stored['version'] = 2), 'has format 2, and this version reads up to 1'],
    ['an op without a name', (stored) => (stored['ops'] = []), 'instruction 0 of its graph is damaged'],
    ['a result that nothing computes', (stored) => (stored['results'] = [99]), "does not compute the output 'output'"],
    ['a tensor that is not there', (stored) => (stored['weights'] = ['gone', 'bias']), "needs a tensor 'gone'"],
    ['a description of another form', (stored) => (stored['inputs'] = 3), 'the description of its graph is damaged'],
  ])('forged files: %s', async (_, forge, message) => {
    const { tensors, metadata } = readSafetensors(await line());
    const stored = JSON.parse(metadata['nabla.predictor']!);
    forge(stored);
    const json = JSON.stringify(stored);
    const forged = { 'nabla.predictor': json, checksum: checksumOf(json, tensors) };
    const run = async (): Promise<unknown> =>
      (await loadPredictor(writeSafetensors({ tensors, metadata: forged }))).predict([1, 2]);
    expect(await refused(run())).toContain(message);
  });

  test('files of other kinds, cut or changed anywhere, are read whole or refused by name', async () => {
    expect(
      await refused(loadPredictor(await new Sequential([Input({ shape: [2] }), new Dense(1)]).toBytes())),
    ).toContain('holds tensors but no predictor');
    const bytes = await line();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, cut) => {
          const damaged = cut ? bytes.slice(0, at) : bytes.slice();
          if (!cut) damaged[at]! ^= flip;
          try {
            const predictor = await loadPredictor(damaged, { file: 'x' });
            await predictor.run(
              Object.fromEntries(predictor.inputs.map(({ name, shape }) => [name, samples(shape, 1)])),
            );
            predictor.dispose();
          } catch (error) {
            expect(error).toBeInstanceOf(NablaError);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
