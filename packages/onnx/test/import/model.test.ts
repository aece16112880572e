// Imported files as models: any batch, training, saving; and back out again.
import { reference } from '@nablajs/backend-reference';
import { BatchNormalization, Conv2D, Dense, Flatten, Input, MaxPooling2D } from '@nablajs/layers';
import { loadModel, Sequential } from '@nablajs/model';
import {
  ConfigError,
  fromData,
  ones,
  postOrder,
  randomUniform,
  setBackend,
  setSeed,
  shapesOnly,
  type Tensor,
  UnsupportedOpError,
  zeros,
} from '@nablajs/tensor';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  checkModel,
  exportOnnx,
  exportOnnxFiles,
  importOnnx,
  onnxPlugin,
  readModel,
  readOnnx,
} from '../../src/index.ts';
import { floats, input, integers, modelBytes, type NodeLine, waves, waveValues } from '../draft.ts';
import { runOnnx } from '../runtime.ts';

beforeAll(() => setBackend(reference()));
beforeEach(() => setSeed(5));

/** A network as CNTK writes them: made for one image, its weights reshaped on the way. */
const forOneImage = modelBytes({
  opset: 8,
  inputs: { x: input('x', [1, 1, 6, 6]) },
  outputs: ['y'],
  nodes: [
    ['Conv', ['x', 'kernel'], ['c'], { auto_pad: 'SAME_UPPER' }],
    ['Add', ['c', 'offset'], ['a']],
    ['Relu', ['a'], ['r']],
    ['MaxPool', ['r'], ['p'], { kernel_shape: [2, 2], strides: [2, 2] }],
    ['Reshape', ['p', 'row'], ['f']],
    ['Reshape', ['matrix', 'columns'], ['m']],
    ['MatMul', ['f', 'm'], ['t']],
    ['Add', ['t', 'bias'], ['y']],
  ],
  stored: [
    floats('kernel', [3, 1, 3, 3]),
    floats('offset', [3, 1, 1]),
    integers('row', [1, 27]),
    floats('matrix', [3, 3, 3, 2]),
    integers('columns', [27, 2]),
    floats('bias', [1, 2]),
  ],
});

function images(count: number): Tensor {
  return fromData(Float32Array.from(waves(count * 36)), [count, 1, 6, 6]);
}

async function close(a: Tensor, b: Tensor, tolerance = 1e-5): Promise<void> {
  expect(a.shape).toEqual(b.shape);
  const truth = await b.data();
  (await a.data()).forEach((value, i) => {
    expect(Math.abs(value - truth[i]!), `element ${i}`).toBeLessThan(tolerance * (1 + Math.abs(truth[i]!)));
  });
}

describe('importOnnx', () => {
  it('makes variables of weights and of nothing else', () => {
    const model = importOnnx(forOneImage);
    expect(model.weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['graph/kernel', [3, 1, 3, 3]],
      ['graph/offset', [3, 1, 1]],
      ['graph/matrix', [3, 3, 3, 2]],
      ['graph/bias', [1, 2]],
    ]);
    expect(model.countParams()).toBe(27 + 3 + 54 + 2);
    expect(model.inputSpec).toEqual({ shape: [1, 1, 6, 6], dtype: 'float32' });
  });

  it('takes batches of any size, sample by sample as the file means it', async () => {
    const model = importOnnx(forOneImage);
    const all = await model.predict(images(5), { batchSize: 3 });
    const values = (await images(5).data()) as Float32Array;
    const truth = await Promise.all(
      [0, 1, 2, 3, 4].map(async (i) => {
        const one = { data: values.slice(i * 36, i * 36 + 36), shape: [1, 1, 6, 6] };
        return Array.from((await runOnnx(forOneImage, { x: one }))['y']!.data);
      }),
    );
    await close(all, fromData(Float32Array.from(truth.flat()), [5, 2]));
  });

  it('takes images with their channels last when asked', async () => {
    const model = importOnnx(forOneImage, { layout: 'channelsLast' });
    expect(model.inputSpec?.shape).toEqual([1, 6, 6, 1]);
    await close(await model.predict(images(3).reshape([3, 6, 6, 1])), await importOnnx(forOneImage).predict(images(3)));
    const pooled = importOnnx(forOneImage, { layout: 'channelsLast', outputs: ['p'] });
    expect((await pooled.predict(images(3).reshape([3, 6, 6, 1]))).shape).toEqual([3, 3, 3, 3]);
  });

  it('fine-tunes', async () => {
    const model = importOnnx(forOneImage);
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const target = fromData(Float32Array.from(waves(16, 0.5)), [8, 2]);
    const before = await model.evaluate(images(8), target);
    await model.fit(images(8), target, { epochs: 150, batchSize: 8, verbose: 0 });
    const after = await model.evaluate(images(8), target);
    expect(after['loss']!).toBeLessThan(before['loss']! / 2);
  });

  it('finds weights in constants, and leaves numbers alone', async () => {
    const bytes = modelBytes({
      inputs: { x: input('x', ['n', 3]) },
      outputs: ['y'],
      nodes: [
        ['Constant', [], ['w'], { value: floats('', [3, 2]) }],
        ['Constant', [], ['half'], { value: floats('', [1], [0.5]) }],
        ['MatMul', ['x', 'w'], ['h']],
        ['Mul', ['h', 'half'], ['y']],
      ],
    });
    const model = importOnnx(bytes);
    expect(model.weights.map(({ name, shape }) => [name, shape])).toEqual([['graph/w', [3, 2]]]);
    const again = await loadModel(await model.toBytes(), { plugins: [onnxPlugin] });
    await close(await again.predict(ones([2, 3])), await model.predict(ones([2, 3])));
  });

  it('moves no axes between windows', () => {
    const conv = (from: string, to: string, w: string): NodeLine => ['Conv', [from, w], [to], { pads: [1, 1, 1, 1] }];
    const bytes = modelBytes({
      inputs: { x: input('x', ['n', 2, 6, 6]) },
      outputs: ['y'],
      nodes: [
        conv('x', 'a', 'w'),
        ['Relu', ['a'], ['b']],
        ['MaxPool', ['b'], ['c'], { kernel_shape: [2, 2], strides: [2, 2] }],
        conv('c', 'd', 'w'),
        ['Mul', ['d', 's'], ['e']],
        ['Add', ['e', 'c'], ['f']],
        ['Concat', ['f', 'c'], ['g'], { axis: 1 }],
        ['GlobalAveragePool', ['g'], ['h']],
        ['Flatten', ['h'], ['y']],
      ],
      stored: [floats('w', [2, 2, 3, 3]), floats('s', [2, 1, 1])],
    });
    const moved = shapesOnly(() => {
      const y = importOnnx(bytes).apply(zeros([4, 2, 6, 6]));
      return postOrder([y.node], ({ isLeaf }) => isLeaf)
        .filter(({ op }) => op?.definition.name === 'transpose')
        .map(({ spec }) => spec.shape);
    });
    // The images once, the kernel for each convolution, the scale and the averages, which have one cell per channel.
    const images = moved.filter((shape) => shape[0] === 4 && shape.some((size) => size > 4));
    expect(images).toEqual([[4, 6, 6, 2]]);
  });

  it('is saved and loaded like every model, optimizer included', async () => {
    const model = importOnnx(forOneImage);
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const target = fromData(Float32Array.from(waves(16)), [8, 2]);
    await model.fit(images(8), target, { epochs: 2, verbose: 0 });
    const again = await loadModel(await model.toBytes(), { plugins: [onnxPlugin] });
    await close(await again.predict(images(3)), await model.predict(images(3)), 1e-7);
    await Promise.all(
      [model, again].map((each) => each.fit(images(8), target, { epochs: 1, shuffle: false, verbose: 0 })),
    );
    await close(await again.predict(images(3)), await model.predict(images(3)), 1e-6);
  });

  it('gives features for another model, frozen', async () => {
    const features = importOnnx(forOneImage, { outputs: ['p'] });
    features.trainable = false;
    const model = new Sequential([Input({ shape: [1, 6, 6] }), ...features.layers, new Flatten(), new Dense(2)]);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const kernel = await features.weights[0]!.value.data();
    await model.fit(images(8), fromData(new Float32Array(16), [8, 2]), { epochs: 1, verbose: 0 });
    expect(await features.weights[0]!.value.data()).toEqual(kernel);
    expect(model.outputSpec(model.inputSpec!).shape).toEqual([1, 2]);
  });

  it('drops while training only, and keeps the statistics of normalizations', async () => {
    const bytes = modelBytes({
      inputs: { x: input('x', ['n', 4]) },
      outputs: ['y'],
      nodes: [
        ['BatchNormalization', ['x', 's', 'b', 'm', 'v'], ['h']],
        ['Dropout', ['h'], ['y']],
      ],
      stored: [...['s', 'b', 'm'].map((name) => floats(name, [4])), floats('v', [4], [1, 2, 3, 4])],
    });
    const model = importOnnx(bytes);
    expect(model.nonTrainableWeights.map(({ name }) => name)).toEqual(['graph/m', 'graph/v']);
    const x = fromData(Float32Array.from(waves(400)), [100, 4]);
    const plain = await model.apply(x).data();
    const dropped = await model.apply(x, { training: true }).data();
    const zeros = dropped.filter((value) => value === 0).length;
    expect(zeros).toBeGreaterThan(130);
    expect(zeros).toBeLessThan(270);
    dropped.forEach((value, i) => {
      if (value !== 0) expect(value).toBeCloseTo(2 * plain[i]!, 5);
    });
  });

  it('lists all unknown operators at once, with counts', () => {
    const bytes = modelBytes({
      inputs: { x: input('x', [1, 4]) },
      outputs: ['y'],
      nodes: [
        ['Frobnicate', ['x'], ['a']],
        ['Relu', ['a'], ['b']],
        ['Frobnicate', ['b'], ['c']],
        ['Einsum', ['c'], ['y'], { equation: 'ij->ij' }],
      ],
    });
    expect(() => importOnnx(bytes)).toThrow(UnsupportedOpError);
    expect(() => importOnnx(bytes)).toThrow('Einsum (1), Frobnicate (2)');
    // What the wanted output does not need is no obstacle.
    expect(() => importOnnx(bytes, { outputs: ['a'] })).toThrow('Frobnicate (1)');
  });

  it('runs graphs with several inputs and outputs by name, and says so', async () => {
    const bytes = modelBytes({
      inputs: { a: input('a', [2]), b: input('b', [2]) },
      outputs: ['sum', 'product'],
      nodes: [
        ['Add', ['a', 'b'], ['sum']],
        ['Mul', ['a', 'b'], ['product']],
      ],
    });
    expect(() => importOnnx(bytes)).toThrow(ConfigError);
    const [a, b] = [fromData(Float32Array.of(1, 2)), fromData(Float32Array.of(3, 5))];
    const [sum, product] = readOnnx(bytes).run({ a, b });
    expect(await sum!.array()).toEqual([4, 7]);
    expect(await product!.array()).toEqual([3, 10]);
    expect(() => readOnnx(bytes).run({ a })).toThrow("'b'");
  });
});

describe('out and in again', () => {
  async function cnn(): Promise<Sequential> {
    const model = new Sequential([
      Input({ shape: [8, 8, 2] }),
      new Conv2D(4, 3, { padding: 'same', activation: 'relu' }),
      new BatchNormalization(),
      new MaxPooling2D(2),
      new Flatten(),
      new Dense(3, { activation: 'softmax' }),
    ]);
    for (const weight of model.weights)
      weight.assign(await randomUniform(weight.shape, { minval: 0.1, maxval: 0.9 }).detach());
    return model;
  }

  it('predicts the same, keeps the names and what is trained, and fine-tunes', async () => {
    const model = await cnn();
    const again = importOnnx(await exportOnnx(model));
    const { data, shape } = waveValues([5, 8, 8, 2]);
    const x = fromData(data, shape);
    await close(await again.predict(x), await model.predict(x));
    const plain = (name: string): string => name.replace('graph/', '').replace('/', '.');
    const names = (weights: readonly { readonly name: string }[]): string[] =>
      weights.map(({ name }) => plain(name)).sort();
    expect(names(again.trainableWeights)).toEqual(names(model.trainableWeights));
    again.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
    const y = fromData(
      Float32Array.from({ length: 15 }, (_, i) => Number(i % 3 === 0)),
      [5, 3],
    );
    const before = await again.evaluate(x, y);
    await again.fit(x, y, { epochs: 10, verbose: 0 });
    expect((await again.evaluate(x, y))['loss']!).toBeLessThan(before['loss']!);
  });

  it('writes convolutions with their weights in ONNX order and no transposes between them', async () => {
    const model = new Sequential([
      Input({ shape: [8, 8, 2] }),
      new Conv2D(4, 3, { activation: 'relu' }),
      new MaxPooling2D(2),
      new Conv2D(5, 2),
    ]);
    const { graph } = readModel(await exportOnnx(model, { layout: 'channelsFirst' }));
    expect(graph.node.map(({ opType }) => opType)).not.toContain('Transpose');
    const kernel = graph.initializer.find(({ name }) => name === 'conv2d/kernel');
    expect(kernel?.dims).toEqual([4n, 2n, 3n, 3n]);
    const bytes = await exportOnnx(model, { layout: 'channelsFirst' });
    const x = waveValues([2, 8, 8, 2]);
    const first = fromData(x.data, x.shape).transpose([0, 3, 1, 2]);
    const found = (await runOnnx(bytes, { input: { data: await first.data(), shape: first.shape } }))['output']!;
    await close(
      fromData(found.data, found.shape).transpose([0, 2, 3, 1]),
      await model.predict(fromData(x.data, x.shape)),
    );
  });

  it('writes large weights beside the model and reads them back', async () => {
    const model = await cnn();
    const files = await exportOnnxFiles(model, { file: 'weights.bin', threshold: 100 });
    expect(Object.keys(files.externalData)).toEqual(['weights.bin']);
    expect(checkModel(files.model)).toEqual([]);
    expect(files.model.length).toBeLessThan((await exportOnnx(model)).length);
    const again = importOnnx(files.model, { externalData: files.externalData });
    const { data, shape } = waveValues([2, 8, 8, 2]);
    await close(await again.predict(fromData(data, shape)), await model.predict(fromData(data, shape)));
    expect(() => importOnnx(files.model)).toThrow('beside the model. Pass its folder, or its bytes');
  });

  it('writes a batch of a fixed size when asked', async () => {
    const { graph } = readModel(await exportOnnx(await cnn(), { batchSize: 4 }));
    expect(graph.input[0]!.type?.tensorType?.shape?.dim[0]).toEqual({ dimValue: 4n });
  });

  it('asks for models that know their input', async () => {
    await expect(exportOnnx(new Sequential([new Dense(2)]))).rejects.toThrow(ConfigError);
  });
});
