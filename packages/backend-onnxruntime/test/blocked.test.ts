// Images whose channels come in blocks take other operators: they must compute what the reference computes.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { lowerGraph, readModel } from '@nablajs/onnx-graph';
import {
  type Backend,
  type ConvOptions,
  compile,
  conv2d,
  fromData,
  type Graph,
  maxPool,
  setBackend,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';
import { afterAll, expect, test } from 'vitest';
import { backendOn } from '../src/backend.ts';
import { cpuEngine } from '../src/cpu-engine.ts';
import { channelBlock } from '../src/native/channel-block.ts';

const engine = cpuEngine({ threads: 1, spinning: false, library: undefined });
const block = channelBlock(engine.api, engine.env);
const graphs: Graph[] = [];
const backend = backendOn({
  ...engine,
  lower: (graph, threads) => {
    graphs.push(graph);
    return engine.lower(graph, threads);
  },
});
afterAll(() => backend.dispose());

/** Whole numbers in a random order: sums are exact, and maxima tie. */
function numbers(shape: readonly number[], seed: number): Tensor {
  return fromData(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => (((i + seed) * 7919 + ((i * i) % 131)) % 9) - 4),
    shape,
  );
}

async function valuesOn(on: Backend, f: () => readonly Tensor[]): Promise<number[][]> {
  setBackend(on);
  const run = compile(() => f());
  const results = await run();
  // -0 counts as 0.
  return Promise.all(results.map(async (tensor) => Array.from(await tensor.data(), (value) => Number(value) + 0)));
}

async function expectSame(f: () => readonly Tensor[]): Promise<void> {
  const expected = await valuesOn(reference(), f);
  const actual = await valuesOn(backend, f);
  expect(actual).toEqual(expected);
}

/** Operators of the last model. */
function operators(): Set<string> {
  return new Set(readModel(lowerGraph(graphs.at(-1)!, { block })).graph.node.map(({ opType }) => opType!));
}

const CASES: Readonly<Record<string, { image: number[]; kernel: number[]; options: ConvOptions }>> = {
  'blocks to blocks': { image: [2, 6, 5, 32], kernel: [3, 3, 32, 16], options: { padding: 'same' } },
  'few channels to blocks': { image: [2, 7, 6, 3], kernel: [3, 3, 3, 32], options: { padding: 'same' } },
  'blocks to few channels': { image: [2, 7, 6, 16], kernel: [3, 3, 16, 3], options: { padding: 'valid' } },
  'one by one': { image: [1, 4, 4, 32], kernel: [1, 1, 32, 32], options: {} },
  'strides and an even kernel': {
    image: [2, 9, 8, 16],
    kernel: [2, 4, 16, 32],
    options: { strides: 2, padding: 'same' },
  },
  dilated: { image: [1, 9, 9, 16], kernel: [3, 2, 16, 16], options: { dilations: 2, padding: 'same' } },
  'a channel more than a block': { image: [1, 5, 5, 17], kernel: [3, 3, 17, 16], options: {} },
};

test.each(Object.entries(CASES))('convolution and gradients: %s', async (_, { image, kernel, options }) => {
  await expectSame(() => {
    const [x, w] = [numbers(image, 1), numbers(kernel, 2)];
    const y = conv2d(x, w, options).add(numbers([kernel.at(-1)!], 3));
    const weighted = y.mul(numbers(y.shape, 5)).sum();
    return [y, ...gradients(weighted, [x, w])];
  });
});

test('what follows a convolution stays in blocks: bias, pool with ties, ReLU, sums and their gradients', async () => {
  const build = (): readonly Tensor[] => {
    const [x, w1, w2] = [numbers([2, 8, 8, 1], 1), numbers([3, 3, 1, 32], 2), numbers([3, 3, 32, 16], 3)];
    const bias = numbers([32], 4);
    const first = maxPool(conv2d(x, w1, { padding: 'same' }).add(bias).relu(), { window: 2 });
    const second = maxPool(conv2d(first, w2, { padding: 'same' }), { window: 3, strides: 2, padding: 'same' });
    const centred = second.sub(second.sum([0, 1, 2], { keepDims: true }));
    const score = centred.mul(numbers(centred.shape, 6)).sum();
    return [second, first.sum([0, 1, 2]), ...gradients(score, [w1, bias, w2])];
  };
  await expectSame(build);
  if (block > 0) expect(operators().has('ReorderInput')).toBe(true);
});

test.each([
  { window: 2, strides: 1, side: 8 },
  { window: 3, strides: 1, side: 9 },
  { window: 2, strides: 2, side: 8 },
  { window: 4, strides: 1, side: 8 },
])('a pool takes its windows from convolutions with larger strides: %j', async ({ window, strides, side }) => {
  await expectSame(() => {
    const [x, w] = [numbers([2, side, side, 2], 1), numbers([3, 3, 2, 16], 2)];
    const pooled = maxPool(conv2d(x, w, { padding: 'same', strides }).add(numbers([16], 4)), { window });
    return [pooled, ...gradients(pooled.mul(numbers(pooled.shape, 3)).sum(), [x, w])];
  });
});

test('NaN and infinities pass through pools in blocks', async () => {
  await expectSame(() => {
    const odd = Float32Array.from({ length: 576 }, (_, i) =>
      i % 37 === 0 ? Number.NaN : i % 53 === 0 ? Number.NEGATIVE_INFINITY : i % 5,
    );
    const holes = fromData(odd, [1, 6, 6, 16]);
    const x = conv2d(numbers([1, 6, 6, 16], 1), numbers([1, 1, 16, 16], 2));
    const pooled = maxPool(x.mul(0).add(holes), { window: 2 });
    return [pooled, ...gradients(pooled.mul(numbers(pooled.shape, 3)).sum(), [holes])];
  });
});

// In blocks or not, with windows that tile the image or overlap.
test.each([
  { channels: 16, options: { window: 2 } },
  { channels: 3, options: { window: 2 } },
  { channels: 3, options: { window: 3, strides: 2, padding: 'same' } },
] as const)('infinite and NaN gradients of a pool go to the winners alone: %j', async ({ channels, options }) => {
  await expectSame(() => {
    const x = conv2d(numbers([1, 6, 6, channels], 1), numbers([1, 1, channels, channels], 2));
    const pooled = maxPool(x, options);
    const odd = [Number.POSITIVE_INFINITY, Number.NaN, 3, Number.NEGATIVE_INFINITY, 2];
    const weights = fromData(
      Float32Array.from({ length: sizeOf(pooled.shape) }, (_, i) => odd[i % 5]!),
      pooled.shape,
    );
    return gradients(pooled.mul(weights).sum(), [x]);
  });
});

test.each(['before', 'behind'])('NaN in windows with ReLU %s the pool', async (place) => {
  await expectSame(() => {
    const odd = Float32Array.from({ length: 576 }, (_, i) => (i % 7 === 0 ? Number.NaN : (i % 5) - 2));
    const holes = fromData(odd, [1, 6, 6, 16]);
    const x = conv2d(numbers([1, 6, 6, 16], 1), numbers([1, 1, 16, 16], 2));
    const sum = x.mul(0).add(holes);
    const y = place === 'before' ? maxPool(sum.relu(), { window: 2 }) : maxPool(sum, { window: 2 }).relu();
    return [y, ...gradients(y.mul(numbers(y.shape, 3)).sum(), [holes])];
  });
});
