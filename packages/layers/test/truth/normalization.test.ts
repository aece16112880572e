// Normalizations, against their formulas in float64.
import { gradients } from '@nablajs/autograd';
import { fromData, tensor, zeros } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import {
  Dense,
  DepthwiseConv2D,
  GroupNormalization,
  HeNormal,
  InstanceNormalization,
  L2,
  type Layer,
  LayerNormalization,
  LocalResponseNormalization,
  RMSNormalization,
  UnitNormalization,
  WeightNormalization,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, places, reader, waves } from './close.ts';

onReference();

const SHAPE = [2, 3, 4, 6];
const X = waves(2 * 3 * 4 * 6);
const at = reader(X, SHAPE);

/** Each element with the mean and variance of the elements that `group` calls its own. */
function standardized(group: (place: number[]) => string, epsilon: number): number[] {
  const members = new Map<string, number[]>();
  for (const place of places(SHAPE)) {
    const key = group(place);
    members.set(key, [...(members.get(key) ?? []), at(...place)]);
  }
  return places(SHAPE).map((place) => {
    const values = members.get(group(place))!;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    return (at(...place) - mean) / Math.sqrt(variance + epsilon);
  });
}

/** Sets weights one after another; returns them. */
function filled(layer: Layer): Float32Array[] {
  layer.outputSpec({ shape: SHAPE, dtype: 'float32' });
  return layer.weights.map((weight, i) => {
    const data = waves(weight.size, i + 1);
    weight.assign(fromData(data, weight.shape));
    return data;
  });
}

const input = fromData(X, SHAPE);

test('LayerNormalization', async () => {
  const layer = new LayerNormalization({ epsilon: 0.01 });
  const [gamma, beta] = filled(layer) as [Float32Array, Float32Array];
  const expected = standardized(([b, i, j]) => `${b},${i},${j}`, 0.01).map((v, n) => v * gamma[n % 6]! + beta[n % 6]!);
  await expectValues(layer.apply(input), expected);
});

test('LayerNormalization over two axes: gamma in the order of the input’s axes', async () => {
  const layer = new LayerNormalization([-1, 1], { center: false });
  const [gamma] = filled(layer) as [Float32Array];
  expect(layer.weights[0]!.shape).toEqual([3, 6]);
  const expected = standardized(([b, , j]) => `${b},${j}`, 1e-3);
  const scaled = places(SHAPE).map(([, i, , c], n) => expected[n]! * gamma[i! * 6 + c!]!);
  await expectValues(layer.apply(input), scaled);
});

test('GroupNormalization', async () => {
  const layer = new GroupNormalization(2);
  const [gamma, beta] = filled(layer) as [Float32Array, Float32Array];
  const expected = standardized(([b, , , c]) => `${b},${Math.floor(c! / 3)}`, 1e-3);
  await expectValues(
    layer.apply(input),
    expected.map((v, n) => v * gamma[n % 6]! + beta[n % 6]!),
  );
});

test('GroupNormalization of channels that come first', async () => {
  const layer = new GroupNormalization(3, { axis: 1, center: false, scale: false });
  await expectValues(
    layer.apply(input),
    standardized(([b, c]) => `${b},${c}`, 1e-3),
  );
  expect(() => new GroupNormalization(4).apply(input)).toThrow(/6 channels do not divide into 4 groups/);
});

test('InstanceNormalization is GroupNormalization with groups of one', async () => {
  const expected = standardized(([b, , , c]) => `${b},${c}`, 1e-3);
  await expectValues(new InstanceNormalization().apply(input), expected);
  await expectValues(new GroupNormalization(-1).apply(input), expected);
  expect(() => new InstanceNormalization().apply(zeros([2, 3]))).toThrow(/nothing to take a mean over/);
});

test('RMSNormalization', async () => {
  const layer = new RMSNormalization({ epsilon: 0.01 });
  const [scale] = filled(layer) as [Float32Array];
  const expected = places(SHAPE).map(([b, i, j, c]) => {
    const row = [0, 1, 2, 3, 4, 5].map((k) => at(b!, i!, j!, k));
    return (row[c!]! / Math.sqrt(row.reduce((sum, v) => sum + v * v, 0) / 6 + 0.01)) * scale[c!]!;
  });
  await expectValues(layer.apply(input), expected);
});

test('UnitNormalization; zero stays zero', async () => {
  await expectValues(new UnitNormalization().apply(fromData(Float32Array.of(3, 4, 0, 0), [2, 2])), [0.6, 0.8, 0, 0]);
  const all = Math.hypot(...X.slice(0, 72));
  const found = await new UnitNormalization([1, 2, 3]).apply(input).data();
  expect(found[5]).toBeCloseTo(X[5]! / all, 6);
});

test.each([4, 5])('LocalResponseNormalization over %i channels', async (size) => {
  const layer = new LocalResponseNormalization(size, { alpha: 0.5, beta: 0.75, k: 2 });
  const expected = places(SHAPE).map(([b, i, j, c]) => {
    let sum = 0;
    for (let k = c! - Math.floor(size / 2); k < c! - Math.floor(size / 2) + size; k++) {
      if (k >= 0 && k < 6) sum += at(b!, i!, j!, k) ** 2;
    }
    return at(b!, i!, j!, c!) / (2 + (0.5 / size) * sum) ** 0.75;
  });
  await expectValues(layer.apply(input), expected);
  const first = new LocalResponseNormalization(size, { alpha: 0.5, k: 2, dataFormat: 'channelsFirst' });
  const turned = first.apply(input.transpose([0, 3, 1, 2])).transpose([0, 2, 3, 1]);
  await expectValues(turned, expected);
});

test('WeightNormalization: outputs and gradients as torch 1.13 has them', async () => {
  const layer = new WeightNormalization(new Dense(2, { name: 'inner' }), { name: 'outer' });
  const x = tensor([
    [1, -1, 0.5],
    [2, 0, 1],
  ]);
  layer.apply(x);
  expect(layer.weights.map(({ name }) => name)).toEqual([
    'outer/inner/kernel_v',
    'outer/inner/kernel_g',
    'outer/inner/bias',
  ]);
  layer.setWeights([
    [
      [1, 0],
      [2, 3],
      [2, 4],
    ],
    [2, 0.5],
    [0.1, -0.2],
  ]);
  const y = layer.apply(x);
  const loss = y.mul(
    tensor([
      [1, 2],
      [3, 4],
    ]),
  );
  const [v, g] = gradients(loss.sum(), layer.trainableWeights);
  await expectValues(y, [0.1, -0.3, 2.7666666666666666, 0.2]);
  await expectValues(v!, [3.7777777777777772, 1, -2.444444444444444, -0.368, 0.5555555555555554, 0.276]);
  await expectValues(g!, [4, 2.8]);
});

test('WeightNormalization begins as the layer alone, penalizes the kernel itself, and parts channels', async () => {
  const make = (): Dense =>
    new Dense(3, { kernelInitializer: new HeNormal({ seed: 3 }), kernelRegularizer: new L2(0.5) });
  const [alone, wrapped] = [make(), new WeightNormalization(make())];
  await expectValues(wrapped.apply(input), await alone.apply(input).data());
  const [penalty] = wrapped.penalties();
  expect(await penalty!.item()).toBeCloseTo(await alone.penalties()[0]!.item(), 5);
  // Half the lengths: a quarter of the squares.
  wrapped.weights[1]!.assign(wrapped.weights[1]!.value.mul(0.5));
  expect(await wrapped.penalties()[0]!.item()).toBeCloseTo((await alone.penalties()[0]!.item()) / 4, 5);
  const depthwise = new WeightNormalization(new DepthwiseConv2D(2, { depthMultiplier: 2 }), { axis: [-2, -1] });
  depthwise.outputSpec(input.spec);
  expect(depthwise.weights.map(({ shape }) => shape)).toEqual([[2, 2, 6, 2], [6, 2], [12]]);
  const zero = new WeightNormalization(new Dense(2, { kernelInitializer: 'zeros', useBias: false }));
  await expectValues(zero.apply(tensor([[1, 2]])), [0, 0]);
});
