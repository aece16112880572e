// Where transposes are written, and where not. What models compute is tested where a runtime is at hand.
import { compile, conv2d, fromData, type Graph, maxPool, setBackend, type Tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { lowerGraph, readModel } from '../../src/index.ts';
import { listener } from '../listener.ts';

async function census(
  f: (...inputs: Tensor[]) => Tensor | Tensor[],
  ...shapes: number[][]
): Promise<Record<string, number>> {
  const graphs: Graph[] = [];
  setBackend(listener(graphs));
  const inputs = shapes.map((shape) => fromData(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape));
  await compile(f).prepare(...inputs);
  const counts: Record<string, number> = {};
  for (const { opType } of readModel(lowerGraph(graphs[0]!)).graph.node) counts[opType!] = (counts[opType!] ?? 0) + 1;
  return counts;
}

test('between convolutions nothing is transposed but their kernels', async () => {
  const { Transpose, Conv } = await census(
    (x, a, b, c) => conv2d(conv2d(conv2d(x!, a!).relu(), b!).mul(2).relu(), c!),
    [2, 9, 9, 3],
    [3, 3, 3, 4],
    [3, 3, 4, 5],
    [3, 3, 5, 6],
  );
  // In, three kernels, out.
  expect({ Transpose, Conv }).toEqual({ Transpose: 5, Conv: 3 });
});

test('images of one channel and kernels of one filter are only reshaped', async () => {
  const { Transpose } = await census((x, w) => conv2d(x!, w!), [2, 9, 9, 1], [3, 3, 1, 1]);
  expect(Transpose).toBeUndefined();
});

test('a bias goes into the convolution, and into the product', async () => {
  const inConv = await census((x, w, b) => conv2d(x!, w!).add(b!).relu(), [2, 9, 9, 3], [3, 3, 3, 4], [4]);
  expect(inConv).not.toHaveProperty('Add');
  const inGemm = await census((x, w, b) => b!.add(x!.matmul(w!)), [2, 3], [3, 4], [1, 4]);
  expect(inGemm).toEqual({ Gemm: 1 });
});

test('a bias stays where the product has another user or the shape does not fit', async () => {
  const shared = await census(
    (x, w, b) => {
      const y = x!.matmul(w!);
      return [y.add(b!), y];
    },
    [2, 3],
    [3, 4],
    [4],
  );
  expect(shared['Add']).toBe(1);
  const column = await census((x, w, b) => x!.matmul(w!).add(b!), [2, 3], [3, 4], [2, 1]);
  expect(column['Add']).toBe(1);
});

test('reductions, padding, slices and concatenation follow the order of what they get', async () => {
  const { Transpose } = await census(
    (x, w) => {
      const y = conv2d(x!, w!);
      return y
        .pad([
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ])
        .slice([0, 1, 1, 0], [2, 7, 7, 4])
        .sum([0, 1, 2]);
    },
    [2, 9, 9, 3],
    [3, 3, 3, 4],
  );
  // In and the kernel; sums over the images need no order.
  expect(Transpose).toBe(2);
});

test('what repeats is written once, small', async () => {
  const counts = await census((x) => x!.add(x!.sum(0, { keepDims: true }).broadcastTo([64, 32]).mul(2)), [64, 32]);
  expect(counts).toEqual({ ReduceSum: 1, Mul: 1, Add: 1 });
});

test('transposes of transposes vanish, and products take the last one as a flag', async () => {
  expect(await census((x) => x!.transpose([1, 2, 0]).exp().transpose([2, 0, 1]), [2, 3, 4])).toEqual({ Exp: 1 });
  expect(await census((x, y) => x!.transpose().matmul(y!), [3, 2], [3, 4])).toEqual({ Gemm: 1 });
});

test('ReLU moves behind a pool, and with it its gradient', async () => {
  const counts = await census((x, w) => maxPool(conv2d(x!, w!).relu(), { window: 2 }), [2, 10, 10, 3], [3, 3, 3, 8]);
  const order = Object.keys(counts);
  expect(order.indexOf('Relu')).toBeGreaterThan(order.indexOf('Max'));
  const kept = await census(
    (x, w) => {
      const y = conv2d(x!, w!).relu();
      return [maxPool(y, { window: 2 }), y];
    },
    [2, 10, 10, 3],
    [3, 3, 3, 8],
  );
  const keptOrder = Object.keys(kept);
  expect(keptOrder.indexOf('Relu')).toBeLessThan(keptOrder.indexOf('Max'));
});
