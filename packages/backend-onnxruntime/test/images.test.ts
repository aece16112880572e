// Batches of images taken a few at a time compute what the reference computes on the whole batch.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { lowerGraph, readModel } from '@nablajs/onnx-graph';
import {
  avgPool,
  type Backend,
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
const images = 2048;
const graphs: Graph[] = [];
const backend = backendOn({
  ...engine,
  lower: (graph) => {
    graphs.push(graph);
    return lowerGraph(graph, { block, images });
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
  const results = await compile(() => f())();
  // -0 counts as 0.
  return Promise.all(results.map(async (tensor) => Array.from(await tensor.data(), (value) => Number(value) + 0)));
}

/** Convolutions of the last model, by tile and otherwise. */
function convolutions(): { readonly whole: number; readonly tiled: number } {
  const [whole, tiled] = [0, images].map((most) => {
    const { node } = readModel(lowerGraph(graphs.at(-1)!, { images: most })).graph;
    return node.filter(({ opType }) => opType === 'Conv').length;
  }) as [number, number];
  return { whole, tiled };
}

/** A small network: what enters is shared by all images or not, what leaves is summed, flattened, or images. */
function network(batch: number): () => readonly Tensor[] {
  return () => {
    const [x, w1, w2] = [numbers([batch, 8, 8, 1], 1), numbers([3, 3, 1, 32], 2), numbers([3, 3, 32, 16], 3)];
    const [bias, scale] = [numbers([32], 4), numbers([batch, 1, 1, 16], 5)];
    const first = maxPool(conv2d(x, w1, { padding: 'same' }).add(bias).relu(), { window: 2 });
    const second = conv2d(first, w2, { padding: 'same' })
      .mul(scale)
      .add(numbers([1, 4, 4, 16], 6));
    const flat = avgPool(second, { window: 2 }).reshape([batch, 64]);
    const score = flat.mul(numbers([batch, 64], 7)).sum();
    return [second, flat, first.sum([0, 1, 2]), first.sum([0, 3]), ...gradients(score, [x, w1, w2, bias, scale])];
  };
}

// Even tiles, uneven ones, and one image each.
test.each([8, 7, 2])('a batch of %i: values, sums and gradients', async (batch) => {
  const expected = await valuesOn(reference(), network(batch));
  expect(await valuesOn(backend, network(batch))).toEqual(expected);
  const { whole, tiled } = convolutions();
  expect(tiled).toBeGreaterThan(whole);
});

test('a batch that fits is taken whole, and so is a single image', async () => {
  const small = (): readonly Tensor[] => [conv2d(numbers([2, 4, 4, 1], 1), numbers([3, 3, 1, 4], 2)).relu()];
  const single = (): readonly Tensor[] => [conv2d(numbers([1, 40, 40, 2], 1), numbers([3, 3, 2, 4], 2)).relu()];
  for (const f of [small, single]) {
    expect(await valuesOn(backend, f)).toEqual(await valuesOn(reference(), f));
    const { whole, tiled } = convolutions();
    expect(tiled).toBe(whole);
  }
});

test('statistics over the batch between two convolutions: every tile waits for them', async () => {
  const normalized = (): readonly Tensor[] => {
    const [x, w1, w2] = [numbers([8, 8, 8, 1], 1), numbers([3, 3, 1, 16], 2), numbers([3, 3, 16, 16], 3)];
    const y = conv2d(x, w1, { padding: 'same' });
    const centred = y.sub(y.sum([0, 1, 2], { keepDims: true }).div(512));
    const z = conv2d(centred, w2);
    return [z, ...gradients(z.mul(numbers(z.shape, 4)).sum(), [x, w1, w2])];
  };
  expect(await valuesOn(backend, normalized)).toEqual(await valuesOn(reference(), normalized));
  const { whole, tiled } = convolutions();
  expect(tiled).toBeGreaterThan(whole);
});
