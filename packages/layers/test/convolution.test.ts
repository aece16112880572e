import { gradients } from '@nablajs/autograd';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AveragePooling1D,
  AveragePooling2D,
  Conv1D,
  Conv2D,
  DepthwiseConv2D,
  Flatten,
  GlobalAveragePooling2D,
  type Layer,
  MaxPooling2D,
  SeparableConv2D,
} from '../src/index.ts';
import { onReference, sampleOf } from './kit.ts';

onReference();

const small = fc.integer({ min: 1, max: 4 });
const size = fc.integer({ min: 1, max: 12 });
const padding = fc.constantFrom('valid' as const, 'same' as const);

/** Counts the places of a window by putting it down, cell by cell. */
function placesByWalking(size: number, window: number, stride: number, padding: 'valid' | 'same'): number {
  let places = 0;
  for (let start = 0; padding === 'same' ? start < size : start + window <= size; start += stride) places++;
  return places;
}

test('shapes of convolutions: as many places as a walking window finds', () => {
  fc.assert(
    fc.property(
      fc.tuple(size, size),
      fc.tuple(small, small),
      fc.tuple(small, small),
      fc.tuple(small, small),
      padding,
      fc.boolean(),
      (sizes, kernelSize, strides, dilationRate, padding, channelsFirst) => {
        const places = sizes.map((size, axis) =>
          placesByWalking(size, (kernelSize[axis]! - 1) * dilationRate[axis]! + 1, strides[axis]!, padding),
        );
        const dataFormat = channelsFirst ? 'channelsFirst' : 'channelsLast';
        const layer = new Conv2D(5, kernelSize, { strides, dilationRate, padding, dataFormat });
        const input = { shape: channelsFirst ? [2, 3, ...sizes] : [2, ...sizes, 3], dtype: 'float32' as const };
        if (places.includes(0)) {
          expect(() => layer.outputSpec(input)).toThrow(/does not fit/);
          return;
        }
        const expected = channelsFirst ? [2, 5, ...places] : [2, ...places, 5];
        expect(layer.outputSpec(input).shape).toEqual(expected);
        expect(layer.countParams()).toBe(kernelSize[0] * kernelSize[1] * 3 * 5 + 5);
      },
    ),
  );
});

test('shapes of pools: as many places as a walking window finds', () => {
  fc.assert(
    fc.property(size, small, fc.option(small), padding, (size, poolSize, strides, padding) => {
      const places = placesByWalking(size, poolSize, strides ?? poolSize, padding);
      const layer = new AveragePooling1D(poolSize, { strides, padding });
      const input = { shape: [2, size, 3], dtype: 'float32' as const };
      if (places === 0) expect(() => layer.outputSpec(input)).toThrow(/does not fit/);
      else expect(layer.outputSpec(input).shape).toEqual([2, places, 3]);
    }),
  );
});

function sameWeights(to: Layer, from: Layer): void {
  for (const [i, weight] of from.weights.entries()) to.weights[i]!.assign(weight.value);
}

test.each([
  ['Conv2D', (dataFormat: 'channelsLast' | 'channelsFirst') => new Conv2D(3, 2, { dataFormat, activation: 'relu' })],
  ['DepthwiseConv2D', (dataFormat: 'channelsLast' | 'channelsFirst') => new DepthwiseConv2D(2, { dataFormat })],
  ['SeparableConv2D', (dataFormat: 'channelsLast' | 'channelsFirst') => new SeparableConv2D(3, 2, { dataFormat })],
  ['MaxPooling2D', (dataFormat: 'channelsLast' | 'channelsFirst') => new MaxPooling2D(2, { dataFormat })],
  ['AveragePooling2D', (dataFormat: 'channelsLast' | 'channelsFirst') => new AveragePooling2D(2, { dataFormat })],
])('%s gives the same with channels first', async (_, make) => {
  const [last, first] = [make('channelsLast'), make('channelsFirst')];
  const x = sampleOf([2, 4, 6, 2]);
  const expected = last.apply(x);
  first.apply(x.transpose([0, 3, 1, 2]));
  sameWeights(first, last);
  const found = first.apply(x.transpose([0, 3, 1, 2])).transpose([0, 2, 3, 1]);
  expect(await found.data()).toEqual(await expected.data());
});

test('Flatten and GlobalAveragePooling2D give the same with channels first', async () => {
  const x = sampleOf([2, 4, 6, 2]);
  const turned = x.transpose([0, 3, 1, 2]);
  for (const Class of [Flatten, GlobalAveragePooling2D]) {
    const expected = await new Class().apply(x).data();
    const found = await new Class({ dataFormat: 'channelsFirst' }).apply(turned).data();
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 6);
  }
});

test('a separable convolution is a depthwise one, then one of size 1', async () => {
  const x = sampleOf([1, 5, 5, 2]);
  const options = { strides: 2, padding: 'same' } as const;
  const separable = new SeparableConv2D(4, 3, { ...options, depthMultiplier: 2 });
  const expected = separable.apply(x);
  const depthwise = new DepthwiseConv2D(3, { ...options, depthMultiplier: 2, useBias: false });
  const pointwise = new Conv2D(4, 1);
  pointwise.apply(depthwise.apply(x));
  const [kernel, mix, bias] = separable.weights;
  depthwise.weights[0]!.assign(kernel!.value);
  pointwise.weights[0]!.assign(mix!.value);
  pointwise.weights[1]!.assign(bias!.value);
  expect(await pointwise.apply(depthwise.apply(x)).data()).toEqual(await expected.data());
});

test('groups see their own channels only', async () => {
  const x = sampleOf([1, 3, 3, 4]);
  const layer = new Conv2D(2, 3, { groups: 2, useBias: false });
  const y = layer.apply(x).reshape([2]);
  const [gradient] = gradients(y.slice([1]).sum(), [x]);
  const byChannel = await gradient!.abs().sum([0, 1, 2]).data();
  expect(byChannel.map((value: number) => Math.sign(value))).toEqual(Float32Array.of(0, 0, 1, 1));
});

test('causal: an output depends on its own step and those before it, at the distance of the dilation', async () => {
  const x = sampleOf([1, 8, 1]);
  const layer = new Conv1D(1, 3, { padding: 'causal', dilationRate: 2, kernelInitializer: 'ones' });
  const y = layer.apply(x);
  expect(y.shape).toEqual([1, 8, 1]);
  const [gradient] = gradients(y.slice([0, 5, 0], [1, 1, 1]).sum(), [x]);
  expect(await gradient!.flatten().array()).toEqual([0, 1, 0, 1, 0, 1, 0, 0]);
});

test('options count also when the positional argument is left to its default, or inside the object', () => {
  expect(new MaxPooling2D(undefined, { strides: 1 }).config.strides).toEqual([1, 1]);
  expect(new Conv2D({ filters: 1, kernelSize: 2 }, undefined, { strides: 2 }).config.strides).toEqual([2, 2]);
});

test('Keras’ defaults', () => {
  expect(new Conv2D(1, 2).config).toEqual({
    filters: 1,
    kernelSize: [2, 2],
    strides: [1, 1],
    padding: 'valid',
    dataFormat: 'channelsLast',
    dilationRate: [1, 1],
    groups: 1,
    activation: 'linear',
    activityRegularizer: null,
    useBias: true,
    kernelInitializer: 'glorotUniform',
    biasInitializer: 'zeros',
    kernelRegularizer: null,
    biasRegularizer: null,
    kernelConstraint: null,
    biasConstraint: null,
  });
  expect(new MaxPooling2D().config).toEqual({
    poolSize: [2, 2],
    strides: [2, 2],
    padding: 'valid',
    dataFormat: 'channelsLast',
  });
});
