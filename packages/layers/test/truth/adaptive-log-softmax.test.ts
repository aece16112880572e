import { fromData, tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { AdaptiveLogSoftmax } from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues } from './close.ts';

onReference();

test('AdaptiveLogSoftmax: log_prob of torch 1.13, whose kernels lie the other way', async () => {
  const layer = new AdaptiveLogSoftmax(7, [2, 4], { divValue: 2, headBias: true });
  const x = tensor([0, 1].map((i) => [0, 1, 2, 3].map((k) => Math.cos(4 * i + k))));
  layer.apply(x);
  for (const [i, weight] of layer.weights.entries()) {
    const [rows, columns = 1] = weight.shape as [number, number?];
    // sin(0.7 n + i) along PyTorch's [outputs, inputs]; a bias is a single row either way.
    const values = Float32Array.from({ length: weight.size }, (_, n) =>
      weight.shape.length === 1
        ? Math.sin(0.7 * n + i)
        : Math.sin(0.7 * ((n % columns) * rows + Math.floor(n / columns)) + i),
    );
    weight.assign(fromData(values, weight.shape));
  }
  const found = layer.apply(x);
  await expectValues(found, [
    ...[-3.1282596851607534, -0.5806921990832294, -4.454995267717374, -5.943859585476268],
    ...[-1.7257009154967649, -2.050307994722706, -2.580853250513],
    ...[-0.6445721104076166, -4.170094722131755, -2.214241079124511, -1.0747090391318408],
    ...[-5.517663375289961, -5.790480957314799, -6.236380270985374],
  ]);
  await expectValues(found.exp().sum(-1), [1, 1]);
  expect(layer.countParams()).toBe(16 + 4 + 8 + 4 + 4 + 3);
});
