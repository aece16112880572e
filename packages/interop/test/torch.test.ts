import { reference } from '@nablajs/backend-reference';
import { BatchNormalization, Conv2D, Dense, Flatten, Input } from '@nablajs/layers';
import { Sequential, writeSafetensors } from '@nablajs/model';
import { fromData, setBackend } from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTorchWeights } from '../src/index.ts';

beforeAll(() => setBackend(reference()));

const numbers = (count: number, step = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7) % 11) * step - 0.3);

/** A convolution of PyTorch, in its own order: images and kernels have their channels first. */
function torchConv(
  x: number[][][],
  weight: Float32Array,
  bias: Float32Array,
  [out, channels, size]: [number, number, number],
): number[][][] {
  const side = x[0]!.length - size + 1;
  return Array.from({ length: out }, (_, o) =>
    Array.from({ length: side }, (_, r) =>
      Array.from({ length: side }, (_, c) => {
        let sum = bias[o]!;
        for (let i = 0; i < channels; i++)
          for (let y = 0; y < size; y++)
            for (let z = 0; z < size; z++)
              sum += x[i]![r + y]![c + z]! * weight[((o * channels + i) * size + y) * size + z]!;
        return sum;
      }),
    ),
  );
}

describe('weights of PyTorch', () => {
  const conv = { weight: numbers(3 * 2 * 2 * 2, 0.1), bias: numbers(3) };
  const norm = { weight: numbers(3), bias: numbers(3, 0.5), mean: numbers(3, 0.2), variance: Float32Array.of(1, 2, 3) };
  const linear = { weight: numbers(2 * 12, 0.05), bias: numbers(2) };
  const file = (extra: Record<string, Float32Array> = {}): Uint8Array => {
    const stored = (data: Float32Array, shape: number[]) => ({ data, shape, dtype: 'float32' as const });
    return writeSafetensors({
      metadata: {},
      tensors: new Map([
        ['conv.weight', stored(conv.weight, [3, 2, 2, 2])],
        ['conv.bias', stored(conv.bias, [3])],
        ['bn.weight', stored(norm.weight, [3])],
        ['bn.bias', stored(norm.bias, [3])],
        ['bn.running_mean', stored(norm.mean, [3])],
        ['bn.running_var', stored(norm.variance, [3])],
        ['bn.num_batches_tracked', stored(Float32Array.of(5), [1])],
        ['fc.weight', stored(linear.weight, [2, 12])],
        ['fc.bias', stored(linear.bias, [2])],
        ...Object.entries(extra).map(([name, data]) => [name, stored(data, [data.length])] as const),
      ]),
    });
  };
  const network = () =>
    new Sequential([
      Input({ shape: [3, 3, 2] }),
      new Conv2D(3, 2, { name: 'conv' }),
      new BatchNormalization({ name: 'bn', epsilon: 1e-5 }),
      new Flatten(),
      new Dense(2, { name: 'fc' }),
    ]);

  it('compute what PyTorch computes, through Conv2d, BatchNorm2d, flatten and Linear', async () => {
    const model = network();
    readTorchWeights(model, file());
    // The same picture, once with channels first, once last.
    const pixels = Array.from({ length: 2 }, (_, i) =>
      Array.from({ length: 3 }, (_, r) => Array.from({ length: 3 }, (_, c) => Math.sin(i * 9 + r * 3 + c))),
    );
    const last = Float32Array.from(
      { length: 18 },
      (_, at) => pixels[at % 2]![Math.floor(at / 6)]![Math.floor(at / 2) % 3]!,
    );

    const planes = torchConv(pixels, conv.weight, conv.bias, [3, 2, 2]).map((plane, o) =>
      plane.map((row) =>
        row.map((v) => ((v - norm.mean[o]!) / Math.sqrt(norm.variance[o]! + 1e-5)) * norm.weight[o]! + norm.bias[o]!),
      ),
    );
    const flat = planes.flat(2);
    const expected = [0, 1].map((unit) =>
      flat.reduce((sum, v, i) => sum + v * linear.weight[unit * 12 + i]!, linear.bias[unit]!),
    );
    const [found] = (await (await model.predict(fromData(last, [1, 3, 3, 2]))).array()) as number[][];
    for (const [i, value] of expected.entries()) expect(found![i]).toBeCloseTo(value, 4);
  });

  it('go where they are told, and nothing is left over', () => {
    const layers = { conv: 'conv', bn: 'bn', fc: 'fc' };
    expect(() => readTorchWeights(network(), file({ 'head.weight': numbers(2) }), { layers })).toThrow(
      /module 'head' has no layer/,
    );
    expect(() => readTorchWeights(network(), file(), { layers: { conv: 'conv', bn: 'bn' } })).toThrow(
      /layer "fc" \(Dense\) has no module/,
    );
    expect(() => readTorchWeights(network(), file(), { layers: { ...layers, fc: 'fd' } })).toThrow(
      /Did you mean|has no layer/,
    );
    const other = new Sequential([Input({ shape: [3, 3, 2] }), new Conv2D(4, 2, { name: 'conv' })]);
    expect(() => readTorchWeights(other, file(), { layers: { conv: 'conv' } })).toThrow(/module 'bn' has no layer/);
  });
});
