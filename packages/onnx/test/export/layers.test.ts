// Every layer there is, exported, and run by ONNX Runtime against our own predict.
import { reference } from '@nablajs/backend-reference';
import {
  Activation,
  type ActivationName,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  BatchNormalization,
  builtinLayers,
  Conv1D,
  Conv2D,
  Conv3D,
  Dense,
  DepthwiseConv1D,
  DepthwiseConv2D,
  Dropout,
  ELU,
  Flatten,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  Input,
  type Layer,
  LeakyReLU,
  Maxout,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  PReLU,
  ReLU,
  Reshape,
  SeparableConv1D,
  SeparableConv2D,
  Softmax,
} from '@nablajs/layers';
import { Sequential } from '@nablajs/model';
import { fromData, randomUniform, type Shape, setBackend, setSeed, sizeOf } from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkModel, exportOnnx, readModel } from '../../src/index.ts';
import { runOnnx } from '../runtime.ts';

beforeAll(() => setBackend(reference()));

type Case = readonly [title: string, sample: Shape, layer: () => Layer];

const CASES: readonly Case[] = [
  ['Dense', [5], () => new Dense(3, { activation: 'relu' })],
  ['Dense over steps', [4, 5], () => new Dense(3, { useBias: false })],
  ['Maxout', [5], () => new Maxout(3)],
  ['Conv1D', [9, 3], () => new Conv1D(4, 3, { strides: 2 })],
  ['Conv1D causal', [9, 3], () => new Conv1D(4, 3, { padding: 'causal', dilationRate: 2 })],
  ['Conv2D', [8, 7, 3], () => new Conv2D(4, 3, { activation: 'relu' })],
  ['Conv2D same, strided', [8, 7, 3], () => new Conv2D(4, [3, 2], { strides: 2, padding: 'same' })],
  ['Conv2D dilated', [8, 9, 2], () => new Conv2D(4, 3, { dilationRate: 2 })],
  ['Conv2D grouped', [6, 6, 4], () => new Conv2D(6, 3, { groups: 2, padding: 'same' })],
  ['Conv2D channels first', [3, 8, 7], () => new Conv2D(4, 3, { dataFormat: 'channelsFirst' })],
  ['Conv3D', [5, 6, 4, 2], () => new Conv3D(3, 2, { padding: 'same' })],
  ['SeparableConv1D', [9, 3], () => new SeparableConv1D(4, 3, { depthMultiplier: 2 })],
  ['SeparableConv2D', [8, 7, 3], () => new SeparableConv2D(4, 3, { padding: 'same' })],
  ['DepthwiseConv1D', [9, 3], () => new DepthwiseConv1D(3, { depthMultiplier: 2 })],
  ['DepthwiseConv2D', [8, 7, 3], () => new DepthwiseConv2D(3, { strides: 2, padding: 'same' })],
  ['MaxPooling1D', [9, 3], () => new MaxPooling1D(2)],
  ['MaxPooling2D', [7, 8, 3], () => new MaxPooling2D(3, { strides: 2, padding: 'same' })],
  ['MaxPooling3D', [4, 6, 4, 2], () => new MaxPooling3D(2)],
  ['AveragePooling1D', [9, 3], () => new AveragePooling1D(2)],
  ['AveragePooling2D', [7, 8, 3], () => new AveragePooling2D(3, { strides: 2, padding: 'same' })],
  ['AveragePooling3D', [4, 6, 4, 2], () => new AveragePooling3D(2)],
  ['GlobalMaxPooling1D', [9, 3], () => new GlobalMaxPooling1D()],
  ['GlobalMaxPooling2D', [7, 8, 3], () => new GlobalMaxPooling2D()],
  ['GlobalMaxPooling3D', [4, 6, 4, 2], () => new GlobalMaxPooling3D()],
  ['GlobalAveragePooling1D', [9, 3], () => new GlobalAveragePooling1D()],
  ['GlobalAveragePooling2D', [7, 8, 3], () => new GlobalAveragePooling2D({ keepDims: true })],
  ['GlobalAveragePooling3D', [4, 6, 4, 2], () => new GlobalAveragePooling3D()],
  ['Flatten', [4, 3, 2], () => new Flatten()],
  ['Reshape', [4, 3, 2], () => new Reshape([6, 4])],
  ['Dropout', [5], () => new Dropout(0.5)],
  ['BatchNormalization', [6, 5, 3], () => new BatchNormalization()],
  ['BatchNormalization after Dense', [5], () => new BatchNormalization({ scale: false })],
  ['Activation', [5], () => new Activation('tanh')],
  ['ReLU', [5], () => new ReLU({ maxValue: 1, negativeSlope: 0.1 })],
  ['LeakyReLU', [5], () => new LeakyReLU()],
  ['ELU', [5], () => new ELU()],
  ['PReLU', [4, 3], () => new PReLU()],
  ['Softmax', [5], () => new Softmax()],
];

const ACTIVATIONS: readonly ActivationName[] = [
  'linear',
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'softmax',
  'logSoftmax',
  'softplus',
  'softsign',
  'elu',
  'selu',
  'gelu',
  'silu',
  'mish',
  'hardSigmoid',
  'exponential',
  'leakyRelu',
];

async function built(sample: Shape, layer: Layer): Promise<Sequential> {
  setSeed(3);
  const model = new Sequential([Input({ shape: sample }), layer]);
  // Biases and statistics begin with zeros and ones, which hide mistakes. Statistics are positive.
  for (const weight of model.weights)
    weight.assign(await randomUniform(weight.shape, { minval: 0.2, maxval: 1 }).detach());
  return model;
}

async function requireSameAsRuntime(model: Sequential, batch: number, bytes: Uint8Array): Promise<void> {
  const shape = [batch, ...model.inputSpec!.shape.slice(1)];
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * 1.7) * 2);
  const expected = await model.predict(fromData(values, shape));
  const found = await runOnnx(bytes, { input: { data: values, shape } });
  expect(found['output']!.shape).toEqual(expected.shape);
  const truth = await expected.data();
  found['output']!.data.forEach((value, i) => {
    expect(Math.abs(value - truth[i]!), `element ${i}`).toBeLessThan(1e-4 * (1 + Math.abs(truth[i]!)));
  });
}

describe('exportOnnx', () => {
  it('knows a case for every layer', () => {
    const covered = new Set(CASES.map(([, , layer]) => layer().type));
    expect(Object.keys(builtinLayers).filter((type) => !covered.has(type))).toEqual([]);
  });

  it.each(CASES)('%s runs in ONNX Runtime as in predict', async (_, sample, layer) => {
    const model = await built(sample, layer());
    const bytes = await exportOnnx(model);
    expect(checkModel(bytes)).toEqual([]);
    const { graph } = readModel(bytes);
    expect(graph.input[0]!.type?.tensorType?.shape?.dim[0]).toEqual({ dimParam: 'batch' });
    const typed = new Set([...graph.valueInfo, ...graph.output].map(({ name }) => name));
    for (const { output } of graph.node) for (const name of output) expect(typed).toContain(name);
    for (const batch of [1, 3]) await requireSameAsRuntime(model, batch, bytes);
  });

  it.each(ACTIVATIONS)('activation %s runs in ONNX Runtime as in predict', async (name) => {
    const model = await built([6], new Activation(name));
    await requireSameAsRuntime(model, 2, await exportOnnx(model));
  });
});
