import { depthwiseConv, fromData, type Tensor } from '@nablajs/tensor';

/** The weights of a Gaussian at whole distances, to three deviations on either side; they add up to 1. */
export function gaussianKernel(deviation: number, radius: number = Math.ceil(3 * deviation)): Float32Array {
  const weights = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Each channel of `[batch, height, width, channels]` smoothed along both axes, with zeros around. */
export function smooth(x: Tensor, kernel: Float32Array): Tensor {
  const channels = x.shape[3]!;
  const weights = (height: number, width: number): Tensor =>
    fromData(kernel, [height, width, 1, 1]).broadcastTo([height, width, channels, 1]);
  const down = depthwiseConv(x, weights(kernel.length, 1), { padding: 'same' });
  return depthwiseConv(down, weights(1, kernel.length), { padding: 'same' });
}
