import { fromData, tensor } from '@nablajs/tensor';
import { MeanSquaredError, Sequential, SGD } from 'nablajs';
import { describe, expect, test } from 'vitest';
import {
  builtinLayers,
  constraintFrom,
  Dense,
  layerFromJSON,
  MaxNorm,
  MinMaxNorm,
  NonNeg,
  UnitNorm,
} from '../src/index.ts';
import { onReference } from './kit.ts';
import { expectValues } from './truth/close.ts';

onReference();

// Columns of norms 5 and 0.5.
const W = tensor([
  [3, 0.3],
  [-4, 0.4],
]);

describe('constraints, by hand', () => {
  test('NonNeg', () => expectValues(new NonNeg().apply(W), [3, 0.3, 0, 0.4]));
  test('UnitNorm', () => expectValues(new UnitNorm().apply(W), [0.6, 0.6, -0.8, 0.8]));
  test('UnitNorm of rows', () => {
    const [a, b] = [Math.hypot(3, 0.3), Math.hypot(4, 0.4)];
    return expectValues(new UnitNorm(1).apply(W), [3 / a, 0.3 / a, -4 / b, 0.4 / b]);
  });
  test('MaxNorm', () => expectValues(new MaxNorm(2).apply(W), [1.2, 0.3, -1.6, 0.4]));
  test('MinMaxNorm', () => expectValues(new MinMaxNorm({ minValue: 1, maxValue: 2 }).apply(W), [1.2, 0.6, -1.6, 0.8]));
  test('MinMaxNorm, half of the way', () =>
    expectValues(new MinMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 }).apply(W), [2.1, 0.45, -2.8, 0.6]));
  test('of several axes', () =>
    expectValues(
      new UnitNorm([0, 1]).apply(W),
      [3, 0.3, -4, 0.4].map((w) => w / Math.sqrt(25.25)),
    ));
});

test('by name, by JSON, refused', () => {
  expect(constraintFrom('maxNorm')).toBeInstanceOf(MaxNorm);
  expect(constraintFrom({ type: 'MaxNorm', config: { maxValue: 3 } }).config).toEqual({ maxValue: 3, axis: 0 });
  expect(() => constraintFrom('maxNrom')).toThrow(/maxNorm/);
  expect(() => new Dense(1, { kernelConstraint: 'unit' })).toThrow(/unitNorm/);
  const layer = new Dense(2, { kernelConstraint: new MaxNorm(1), biasConstraint: 'nonNeg' });
  expect(layerFromJSON(layer.toJSON(), builtinLayers).toJSON()).toEqual(layer.toJSON());
});

test('training keeps to them, and weights without one go where the gradient takes them', async () => {
  const layer = new Dense(1, { kernelConstraint: 'nonNeg', kernelInitializer: 'ones' });
  const model = new Sequential([layer]);
  model.compile({ optimizer: new SGD(0.5), loss: new MeanSquaredError() });
  const x = fromData(Float32Array.of(1, 0, 0, 1), [2, 2]);
  await model.fit(x, fromData(Float32Array.of(-5, 3), [2, 1]), { epochs: 1, batchSize: 2, verbose: 0 });
  // Predictions 1, 1; gradients of w: 6 and -2, of b: 4. Steps of half: w = [1 - 3, 1 + 1], b = -2.
  await expectValues(layer.weights[0]!.value, [0, 2]);
  await expectValues(layer.weights[1]!.value, [-2]);
});
