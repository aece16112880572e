// Models with several inputs and outputs, judged by ONNX Runtime.
import { reference } from '@nablajs/backend-reference';
import { Add, Conv2D, Dense, GlobalAveragePooling2D, Input } from '@nablajs/layers';
import { Model, Sequential } from '@nablajs/model';
import { ConfigError, fromData, setBackend, setSeed } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';
import { checkModel, exportOnnx, readModel } from '../../src/index.ts';
import { runOnnx } from '../runtime.ts';

beforeAll(() => setBackend(reference()));

function network() {
  setSeed(3);
  const image = Input({ shape: [4, 5, 2], name: 'image' });
  const words = Input({ shape: [3], name: 'words' });
  const shared = new Dense(6, { activation: 'relu', name: 'shared' });
  const seen = new GlobalAveragePooling2D().apply(new Conv2D(3, 3, { activation: 'relu' }).apply(image));
  const sum = new Add().apply([shared.apply(seen), shared.apply(words)]);
  const head = new Sequential([new Dense(4, { activation: 'tanh' }), new Dense(2)], { name: 'head' });
  return new Model({ inputs: { image, words }, outputs: { label: head.apply(sum), sum } });
}

const image = { data: Float32Array.from({ length: 3 * 40 }, (_, i) => Math.sin(i)), shape: [3, 4, 5, 2] };
const words = { data: Float32Array.from({ length: 9 }, (_, i) => Math.cos(i)), shape: [3, 3] };

test('several inputs and outputs under their names, a shared layer once, any batch', async () => {
  const model = network();
  const bytes = await exportOnnx(model);
  expect(checkModel(bytes)).toEqual([]);
  const { graph } = readModel(bytes);
  expect([graph.input.map(({ name }) => name), graph.output.map(({ name }) => name)]).toEqual([
    ['image', 'words'],
    ['label', 'sum'],
  ]);
  expect(graph.input.map(({ type }) => type?.tensorType?.shape?.dim[0]?.dimParam)).toEqual(['batch', 'batch']);
  expect(graph.initializer.filter(({ name }) => name === 'shared/kernel')).toHaveLength(1);
  const found = await runOnnx(bytes, { image, words });
  const expected = await model.predict({
    image: fromData(image.data, image.shape),
    words: fromData(words.data, words.shape),
  });
  for (const name of ['label', 'sum'] as const) {
    const data = await expected[name].data();
    expect(found[name]!.shape).toEqual(expected[name].shape);
    for (const [i, value] of found[name]!.data.entries()) expect(value).toBeCloseTo(data[i]!, 5);
  }
});

test('other names, images with their channels first', async () => {
  const model = network();
  const bytes = await exportOnnx(model, { input: ['a', 'b'], output: ['c', 'd'], layout: 'channelsFirst' });
  const turned = await fromData(image.data, image.shape).transpose([0, 3, 1, 2]).data();
  const found = await runOnnx(bytes, { a: { data: turned, shape: [3, 2, 4, 5] }, b: words });
  const expected = await model.predict([fromData(image.data, image.shape), fromData(words.data, words.shape)]);
  const data = await expected.label.data();
  for (const [i, value] of found['c']!.data.entries()) expect(value).toBeCloseTo(data[i]!, 5);
  await expect(exportOnnx(model, { input: 'a' })).rejects.toThrow(ConfigError);
});
