// Numbers that the course prints, or that follow from its examples by hand.
import { gradients } from '@nablajs/autograd';
import { getBackend, type Tensor, tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import {
  AveragePooling2D,
  BatchNormalization,
  Conv2D,
  Dense,
  Input,
  L1,
  L2,
  L2Norm,
  type Layer,
  LeakyReLU,
  Maxout,
  MaxPooling2D,
  Softmax,
} from '../src/index.ts';
import { onReference } from './kit.ts';

onReference();

const X = [
  [0, 2, 1, 1, 0],
  [0, 1, 1, 1, 0],
  [-3, -1, 1, 0, 1],
  [0, 6, 0, 0, 1],
  [0, 4, 1, 7, 0],
];
const PLUS = [
  [0, 1, 0],
  [1, 1, 1],
  [0, 1, 0],
];

function image(rows: readonly (readonly number[])[]): Tensor {
  return tensor(rows).reshape([1, rows.length, rows[0]!.length, 1]);
}

function rowsOf(y: Tensor): Promise<unknown> {
  return y.reshape([y.shape[1]!, y.shape[2]!]).array();
}

function filter(kernel: readonly (readonly number[])[], padding: 'valid' | 'same' = 'valid'): Conv2D {
  const layer = new Conv2D(1, [kernel.length, kernel[0]!.length], { useBias: false, padding });
  layer.apply(image(X));
  layer.weights[0]!.assign(tensor(kernel).reshape(layer.weights[0]!.shape));
  return layer;
}

function paramsOf(layer: Layer, ...shape: number[]): number {
  layer.outputSpec({ shape: [1, ...shape], dtype: 'float32' });
  return layer.countParams();
}

test('parameters: 20, 32, 320, 896', () => {
  expect(paramsOf(new Dense(5, { useBias: false }), 4)).toBe(20);
  expect(paramsOf(new Dense(3), 4) + paramsOf(new Dense(2), 3) + paramsOf(new Dense(3), 2)).toBe(32);
  expect(paramsOf(new Conv2D(32, [3, 3]), 28, 28, 1)).toBe(320);
  expect(paramsOf(new Conv2D(32, 3), 28, 28, 3)).toBe(896);
});

test('a dense layer on 256 x 256 pixels has 67,108,864 weights, counted without making one', () => {
  const layer = new Dense(1024);
  layer.apply(Input({ shape: [256 * 256] }));
  expect(layer.weights[0]!.size).toBe(67_108_864);
  expect(layer.countParams()).toBe(67_109_888);
  expect(getBackend().memory().bytes).toBe(0);
});

test('convolution with a plus sign: valid, same, and the gradient of the filter', async () => {
  expect(await rowsOf(filter(PLUS).apply(image(X)))).toEqual([
    [3, 5, 3],
    [4, 1, 3],
    [9, 8, 8],
  ]);
  expect(await rowsOf(filter(PLUS, 'same').apply(image(X)))).toEqual([
    [2, 4, 5, 3, 1],
    [-2, 3, 5, 3, 2],
    [-4, 4, 1, 3, 2],
    [3, 9, 8, 8, 2],
    [4, 11, 12, 8, 8],
  ]);
  const layer = filter(PLUS);
  const [gradient] = gradients(layer.apply(image(X)).sum(), layer.trainableWeights);
  expect(await gradient!.reshape([3, 3]).array()).toEqual([
    [2, 7, 6],
    [5, 9, 5],
    [8, 18, 11],
  ]);
});

test('edge filters correlate, they are not flipped', async () => {
  const vertical = filter([
    [-1, 1],
    [-1, 1],
  ]);
  expect(await rowsOf(vertical.apply(image(X)))).toEqual([
    [3, -1, 0, -2],
    [3, 2, -1, 0],
    [8, -4, -1, 2],
    [10, -9, 6, -6],
  ]);
  const horizontal = filter([
    [-1, -1],
    [1, 1],
  ]);
  expect(await rowsOf(horizontal.apply(image(X)))).toEqual([
    [-1, -1, 0, 0],
    [-5, -2, -1, 0],
    [10, 6, -1, 0],
    [-2, -1, 8, 6],
  ]);
});

test('pooling', async () => {
  expect(await rowsOf(new MaxPooling2D([2, 2]).apply(image(X)))).toEqual([
    [2, 1],
    [6, 1],
  ]);
  expect(await rowsOf(new AveragePooling2D([2, 2]).apply(image(X)))).toEqual([
    [0.75, 1],
    [0.5, 0.25],
  ]);
});

test('batch normalization standardises columns', async () => {
  const layer = new BatchNormalization();
  const x = tensor([
    [1, 2],
    [3, 6],
    [5, 10],
  ]);
  const y = await layer.apply(x, { training: true }).data();
  const expected = [-1.224515, -1.224687, 0, 0, 1.224515, 1.224687];
  for (const [i, value] of expected.entries()) expect(y[i]).toBeCloseTo(value, 5);
});

test.each([
  ['sigmoid', [0.119203, 0.268941, 0.5, 0.731059, 0.880797]],
  ['tanh', [-0.964028, -0.761594, 0, 0.761594, 0.964028]],
  ['relu', [0, 0, 0, 1, 2]],
  ['elu', [-0.864665, -0.632121, 0, 1, 2]],
  ['swish', [-0.238406, -0.268941, 0, 0.731059, 1.761594]],
] as const)('%s at -2 to 2', async (activation, expected) => {
  const layer = new Dense(1, { activation, kernelInitializer: 'ones' });
  const y = await layer.apply(tensor([[-2], [-1], [0], [1], [2]])).data();
  for (const [i, value] of expected.entries()) expect(y[i]).toBeCloseTo(value, 6);
});

test('leaky ReLU and softmax', async () => {
  const y = await new LeakyReLU(0.1).apply(tensor([[-2, -1, 0, 1, 2]])).data();
  for (const [i, value] of [-0.2, -0.1, 0, 1, 2].entries()) expect(y[i]).toBeCloseTo(value, 6);
  const p = await new Softmax().apply(tensor([[5, 2, 1]])).data();
  for (const [i, value] of [0.93624, 0.046613, 0.017148].entries()) expect(p[i]).toBeCloseTo(value, 6);
  const large = await new Softmax().apply(tensor([[1000, 999, 998]])).data();
  for (const [i, value] of [0.665241, 0.244728, 0.090031].entries()) expect(large[i]).toBeCloseTo(value, 6);
});

test('maxout is max(w1 x + b1, w2 x + b2), and only the winner learns', async () => {
  const layer = new Maxout(1);
  const x = tensor([[1, 2]]);
  layer.apply(x);
  const [kernel, bias] = layer.weights;
  // Piece 1: (1, 1) and -1, which gives 2. Piece 2: (3, 0.5) and 0.25, which gives 4.25.
  kernel!.assign([
    [1, 3],
    [1, 0.5],
  ]);
  bias!.assign([-1, 0.25]);
  expect(await layer.apply(x).item()).toBe(4.25);
  const [dKernel, dBias] = gradients(layer.apply(x).sum(), layer.trainableWeights);
  expect(await dKernel!.array()).toEqual([
    [0, 1],
    [0, 2],
  ]);
  expect(await dBias!.array()).toEqual([0, 1]);
  kernel!.assign([
    [1, 1],
    [1, 1],
  ]);
  bias!.assign([0, 0]);
  const [tied] = gradients(layer.apply(x).sum(), layer.trainableWeights);
  expect(await tied!.array()).toEqual([
    [1, 0],
    [2, 0],
  ]);
  kernel!.assign([
    [1, Number.NaN],
    [1, 1],
  ]);
  expect(await layer.apply(x).item()).toBeNaN();
});

test('penalties of w = (3, 4) with 0.1: 2.5 squared, 0.5 as a norm, 0.7 for l1', async () => {
  const penalty = async (kernelRegularizer: L1 | L2 | L2Norm): Promise<number> => {
    const layer = new Dense(1, { kernelRegularizer });
    layer.apply(tensor([[0, 0]]));
    layer.weights[0]!.assign([[3], [4]]);
    const [term, ...others] = layer.penalties();
    expect(others).toEqual([]);
    return term!.item();
  };
  expect(await penalty(new L2(0.1))).toBeCloseTo(2.5, 6);
  expect(await penalty(new L2Norm(0.1))).toBeCloseTo(0.5, 6);
  expect(await penalty(new L1(0.1))).toBeCloseTo(0.7, 6);
});

test('the formula a3(W3 a2(W2 a1(W1 x))) and layers agree', async () => {
  const layers = [
    new Dense(3, { activation: 'relu' }),
    new Dense(2, { activation: 'tanh' }),
    new Dense(1, { activation: 'sigmoid' }),
  ];
  const x = tensor([
    [1, -2, 0.5, 3],
    [0.1, 0.2, -0.3, 0.4],
  ]);
  const y = layers.reduce((x, layer) => layer.apply(x), x);
  const [w1, w2, w3] = layers.map((layer) => layer.weights[0]!.value) as [Tensor, Tensor, Tensor];
  const formula = x.matmul(w1).relu().matmul(w2).tanh().matmul(w3).sigmoid();
  const [found, expected] = [await y.data(), await formula.data()];
  expect(found).toHaveLength(2);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 6);
});
