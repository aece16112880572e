// What the layers compute, against loops over every cell in float64.
import { fromData } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import {
  ChannelShuffle,
  Conv1DTranspose,
  Conv2DTranspose,
  Fold,
  PixelShuffle,
  PixelUnshuffle,
  SqueezeExcite,
  Unfold,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, places, reader, waves } from './close.ts';

onReference();

/** Spreads every cell along one axis; `cut` cells are taken away before, `size` are kept. */
function spread(x: ArrayLike<number>, kernel: ArrayLike<number>, stride: number, cut: number, size: number): number[] {
  const out = new Array<number>(size).fill(0);
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < kernel.length; k++) {
      const at = i * stride + k - cut;
      if (at >= 0 && at < size) out[at]! += x[i]! * kernel[k]!;
    }
  }
  return out;
}

// Sizes and cuts from Keras' rule: valid (n-1)s+max(k,s), same ns with floor((k-s)/2) cut before,
// with output padding p (n-1)s+k%2+p.
test.each([
  { padding: 'valid', size: 4, k: 3, stride: 2, outputPadding: null, grown: 9, cut: 0 },
  { padding: 'valid', size: 3, k: 2, stride: 3, outputPadding: null, grown: 9, cut: 0 },
  { padding: 'valid', size: 3, k: 3, stride: 2, outputPadding: 1, grown: 8, cut: 0 },
  { padding: 'same', size: 4, k: 3, stride: 2, outputPadding: null, grown: 8, cut: 0 },
  { padding: 'same', size: 4, k: 4, stride: 2, outputPadding: null, grown: 8, cut: 1 },
  { padding: 'same', size: 4, k: 5, stride: 1, outputPadding: null, grown: 4, cut: 2 },
  { padding: 'same', size: 4, k: 3, stride: 2, outputPadding: 0, grown: 7, cut: 1 },
  { padding: 'same', size: 4, k: 3, stride: 2, outputPadding: 1, grown: 8, cut: 0 },
  { padding: 'same', size: 3, k: 4, stride: 3, outputPadding: 2, grown: 8, cut: 1 },
] as const)(
  'Conv1DTranspose, $padding, $size cells, kernel $k, stride $stride, output padding $outputPadding',
  async (row) => {
    const { padding, size, k, stride, outputPadding, grown, cut } = row;
    const layer = new Conv1DTranspose(1, k, { padding, strides: stride, outputPadding, useBias: false });
    const [x, kernel] = [waves(size), waves(k, 1)];
    const input = fromData(x, [1, size, 1]);
    layer.apply(input);
    layer.weights[0]!.assign(fromData(kernel, [k, 1, 1]));
    await expectValues(layer.apply(input), spread(x, kernel, stride, cut, grown));
  },
);

test('Conv1DTranspose of a dilated kernel spreads it as if there were zeros between its taps', async () => {
  for (const [outputPadding, grown, cut] of [
    [null, 8, 1],
    [1, 8, 1],
    [0, 7, 2],
  ] as const) {
    const layer = new Conv1DTranspose(1, 3, {
      padding: 'same',
      strides: 2,
      dilationRate: 2,
      outputPadding,
      useBias: false,
    });
    const [x, kernel] = [waves(4), waves(3, 1)];
    const input = fromData(x, [1, 4, 1]);
    layer.apply(input);
    layer.weights[0]!.assign(fromData(kernel, [3, 1, 1]));
    const wide = [kernel[0]!, 0, kernel[1]!, 0, kernel[2]!];
    await expectValues(layer.apply(input), spread(x, wide, 2, cut, grown));
  }
});

test('Conv2DTranspose: every cell spreads the kernel, all channels into all filters', async () => {
  const layer = new Conv2DTranspose(2, [2, 3], { strides: [1, 2] });
  const [x, kernel, bias] = [waves(1 * 2 * 3 * 3), waves(2 * 3 * 2 * 3, 1), waves(2, 2)];
  const input = fromData(x, [1, 2, 3, 3]);
  layer.apply(input);
  layer.weights[0]!.assign(fromData(kernel, [2, 3, 2, 3]));
  layer.weights[1]!.assign(fromData(bias, [2]));
  const shape = [3, 7, 2];
  const out = places(shape).map(([, , f]) => bias[f!]!);
  const [xAt, kAt] = [reader(x, [2, 3, 3]), reader(kernel, [2, 3, 2, 3])];
  for (const [i, j, c] of places([2, 3, 3]) as [number, number, number][]) {
    for (const [ki, kj, f] of places([2, 3, 2]) as [number, number, number][]) {
      out[((i + ki) * 7 + 2 * j + kj) * 2 + f]! += xAt(i, j, c) * kAt(ki, kj, f, c);
    }
  }
  await expectValues(layer.apply(input), out);
});

test('PixelShuffle follows PyTorch’s order, PixelUnshuffle undoes it', async () => {
  const x = waves(2 * 3 * 8);
  const input = fromData(x, [1, 2, 3, 8]);
  const at = reader(x, [2, 3, 8]);
  const shuffled = new PixelShuffle(2).apply(input);
  expect(shuffled.shape).toEqual([1, 4, 6, 2]);
  const expected = places([4, 6, 2]).map(([row, column, c]) => {
    const [i, j] = [row! % 2, column! % 2];
    return at(Math.floor(row! / 2), Math.floor(column! / 2), c! * 4 + i * 2 + j);
  });
  await expectValues(shuffled, expected, 0);
  await expectValues(new PixelUnshuffle(2).apply(shuffled), x, 0);
});

test('ChannelShuffle deals the groups out in turn', async () => {
  const input = fromData(Float32Array.of(0, 1, 2, 3, 4, 5), [1, 6]);
  await expectValues(new ChannelShuffle(2).apply(input), [0, 3, 1, 4, 2, 5], 0);
  const first = fromData(Float32Array.of(0, 1, 2, 3, 4, 5), [1, 6, 1]);
  await expectValues(new ChannelShuffle(3, { dataFormat: 'channelsFirst' }).apply(first), [0, 2, 4, 1, 3, 5], 0);
});

test('SqueezeExcite multiplies channels by factors of their means', async () => {
  const layer = new SqueezeExcite(2);
  const x = waves(1 * 2 * 2 * 4);
  const input = fromData(x, [1, 2, 2, 4]);
  layer.apply(input);
  const [w1, b1, w2, b2] = [waves(8, 1), waves(2, 2), waves(8, 3), waves(4, 4)];
  for (const [i, data] of [w1, b1, w2, b2].entries()) layer.weights[i]!.assign(fromData(data, layer.weights[i]!.shape));
  const mean = [0, 1, 2, 3].map((c) => (x[c]! + x[4 + c]! + x[8 + c]! + x[12 + c]!) / 4);
  const hidden = [0, 1].map((u) =>
    Math.max(
      0,
      mean.reduce((sum, m, c) => sum + m * w1[c * 2 + u]!, b1[u]!),
    ),
  );
  const factors = [0, 1, 2, 3].map(
    (c) => 1 / (1 + Math.exp(-hidden.reduce((sum, h, u) => sum + h * w2[u * 4 + c]!, b2[c]!))),
  );
  await expectValues(
    layer.apply(input),
    Array.from(x, (value, i) => value * factors[i % 4]!),
  );
});

test('Unfold lists windows as PyTorch does, Fold adds them up again', async () => {
  const [height, width, channels] = [4, 5, 2];
  const x = waves(height * width * channels);
  const at = reader(x, [height, width, channels]);
  const layer = new Unfold([2, 3], { strides: [2, 1], padding: [0, 1] });
  const windows = layer.apply(fromData(x, [1, height, width, channels]));
  expect(windows.shape).toEqual([1, 2 * 5, 2 * 6]);
  const expected: number[] = [];
  const counts = new Array<number>(x.length).fill(0);
  for (const [row, column] of places([2, 5]) as [number, number][]) {
    for (const [c, i, j] of places([2, 2, 3]) as [number, number, number][]) {
      const [y, z] = [row * 2 + i, column + j - 1];
      const inside = z >= 0 && z < width;
      expected.push(inside ? at(y, z, c) : 0);
      if (inside) counts[(y * width + z) * channels + c]! += 1;
    }
  }
  await expectValues(windows, expected, 0);
  const folded = new Fold([height, width], [2, 3], { strides: [2, 1], padding: [0, 1] }).apply(windows);
  await expectValues(
    folded,
    Array.from(x, (value, i) => value * counts[i]!),
  );
});

test('Fold leaves cells that no window reaches at 0', async () => {
  const layer = new Fold([1, 6], [1, 2], { strides: [1, 3] });
  await expectValues(layer.apply(fromData(Float32Array.of(1, 2, 3, 4), [1, 2, 2])), [1, 2, 0, 3, 4, 0], 0);
  expect(() => layer.apply(fromData(new Float32Array(6), [1, 3, 2]))).toThrow(
    /expects \[batch, 1 \* 2 windows, channels \* 2\]/,
  );
});
