import { compile, fromData, type Tensor, tensor, zeros } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { BatchNormalization, type Layer } from '../src/index.ts';
import { onReference, sampleOf } from './kit.ts';

onReference();

/** Of a layer with gamma and beta. */
function statistics(layer: Layer): Promise<unknown> {
  return Promise.all(layer.weights.slice(2).map(({ value }) => value.data()));
}

const X = tensor([
  [1, 2],
  [3, 6],
  [5, 10],
]);

test('moving statistics follow those of the batch: moving * momentum + batch * (1 - momentum)', async () => {
  const layer = new BatchNormalization({ momentum: 0.9 });
  let [mean, variance] = [0, 1];
  for (let step = 0; step < 3; step++) {
    layer.apply(X, { training: true });
    mean = mean * 0.9 + 3 * 0.1;
    variance = variance * 0.9 + (8 / 3) * 0.1;
  }
  const [movingMean, movingVariance] = layer.weights.slice(2);
  expect((await movingMean!.value.data())[0]).toBeCloseTo(mean, 5);
  expect((await movingVariance!.value.data())[0]).toBeCloseTo(variance, 5);
});

test('inference uses the moving statistics and leaves them alone', async () => {
  const layer = new BatchNormalization({ epsilon: 0 });
  layer.apply(X);
  const [gamma, beta, mean, variance] = layer.weights;
  gamma!.assign([2, 1]);
  beta!.assign([10, 0]);
  mean!.assign([1, 2]);
  variance!.assign([4, 16]);
  expect(await layer.apply(X).array()).toEqual([
    [10, 0],
    [12, 1],
    [14, 2],
  ]);
  expect(await mean!.value.array()).toEqual([1, 2]);
});

test('frozen: a compiled training step infers and keeps the statistics bit for bit', async () => {
  const layer = new BatchNormalization();
  const step = compile((x: Tensor) => layer.apply(x, { training: true }), { guard: () => [layer.trainable] });
  await step(X);
  const trained = await statistics(layer);
  expect(trained).not.toEqual([new Float32Array(2), Float32Array.of(1, 1)]);
  layer.trainable = false;
  const frozen = await (await step(X)).data();
  expect(await statistics(layer)).toEqual(trained);
  expect(frozen).toEqual(await layer.apply(X).data());
  layer.trainable = true;
  await step(X);
  expect(await statistics(layer)).not.toEqual(trained);
});

test('every channel of an image is standardised, wherever the channels are', async () => {
  const x = sampleOf([2, 3, 4, 5]);
  const last = new BatchNormalization({ epsilon: 0 }).apply(x, { training: true });
  const first = new BatchNormalization({ epsilon: 0, axis: 1 }).apply(x.transpose([0, 3, 1, 2]), { training: true });
  expect(await first.transpose([0, 2, 3, 1]).data()).toEqual(await last.data());
  const means = await last.mean([0, 1, 2]).data();
  const variances = await last.variance([0, 1, 2]).data();
  for (let channel = 0; channel < 5; channel++) {
    expect(means[channel]).toBeCloseTo(0, 5);
    expect(variances[channel]).toBeCloseTo(1, 5);
  }
});

test('a mean far above the spread does not drown the variance', async () => {
  // In float32, E[x^2] - E[x]^2 of these is off by more than the variance itself.
  const values = Float32Array.from({ length: 64 }, (_, i) => 4096 + (i % 2 === 0 ? -0.5 : 0.5));
  const y = await new BatchNormalization({ epsilon: 0 }).apply(fromData(values, [64, 1]), { training: true }).data();
  for (const [i, value] of y.entries()) expect(value).toBeCloseTo(i % 2 === 0 ? -1 : 1, 4);
});

test('without scale and center there is nothing to learn', () => {
  const layer = new BatchNormalization({ scale: false, center: false });
  layer.apply(zeros([2, 3]));
  expect(layer.trainableWeights).toEqual([]);
  expect(layer.weights.map(({ name }) => name)).toEqual([
    'batch_normalization/moving_mean',
    'batch_normalization/moving_variance',
  ]);
});
