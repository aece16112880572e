// What the parts compute, by hand, and all of them together in a model that is saved, read and trained on.
import { reference } from '@nablajs/backend-reference';
import {
  type Backend,
  cpu,
  Dense,
  GlobalAveragePooling2D,
  getBackend,
  Input,
  modelFromBytes,
  Sequential,
  scalar,
  setBackend,
  setSeed,
  tensor,
  variable,
} from 'nablajs';
import { beforeAll, expect, test } from 'vitest';
import { Charbonnier, Knee, LogUniform, plugin, RandomFog, Signum, Snake, Swoosh, Within } from '../src/index.ts';

beforeAll(() => {
  setBackend(reference());
});

test('Signum takes steps of equal size', async () => {
  const weight = variable([1, -1]);
  const signum = new Signum({ learningRate: 0.5, momentum: 0.5 });
  // Averages: [1, -0.5], then [0.25, -0.125], then [-0.375, -0.5625].
  for (const gradient of [
    [2, -1],
    [-0.5, 0.25],
    [-1, -1],
  ])
    signum.apply([weight], [tensor(gradient)]);
  expect(await weight.value.array()).toEqual([0.5 - 0.5 + 0.5, -0.5 + 0.5 + 0.5]);
});

test('Knee stays, then falls to 0', async () => {
  const knee = new Knee({ peak: 2, explore: 10, exploit: 4 });
  const rates = await Promise.all([0, 10, 11, 13, 14, 99].map((step) => knee.call(scalar(step)).item()));
  expect(rates).toEqual([2, 2, 1.5, 0.5, 0, 0]);
  expect(() => new Knee({ exploit: 0 })).toThrow('exploit must be a number of updates above 0');
});

test('Charbonnier is the hypotenuse of error and epsilon', async () => {
  const loss = new Charbonnier({ epsilon: 3 });
  expect(await loss.apply(tensor([[0, 0]]), tensor([[4, 0]])).item()).toBe((5 + 3) / 2);
});

test('Swoosh is silu, and with a steep slope relu', async () => {
  const x = tensor([-2, 0, 3]);
  const silu = [-2, 0, 3].map((value) => value / (1 + Math.exp(-value)));
  const values = Array.from(await new Swoosh().apply(x).data());
  for (const [i, value] of values.entries()) expect(value).toBeCloseTo(silu[i]!, 6);
  expect((await new Swoosh({ slope: 100 }).apply(x).data()).map(Math.round)).toEqual(new Float32Array([-0, 0, 3]));
  expect(() => new Swoosh({ slope: 0 })).toThrow('slope must be above 0, got 0');
});

test('Within counts exactly, whatever the batches', async () => {
  const within = new Within({ tolerance: 0.5 });
  within.update(tensor([[1], [2]]), tensor([[1.5], [2.75]]));
  within.update(tensor([[1]]), tensor([[1]]));
  expect(await within.result().item()).toBeCloseTo(2 / 3, 6);
});

function data(): { readonly x: number[][][][]; readonly y: number[][] } {
  const brightness = Array.from({ length: 16 }, (_, i) => i * 8);
  return { x: brightness.map((value) => [[[value], [value]]]), y: brightness.map((value) => [value / 128]) };
}

/** A model of everything in the package. */
function model(): Sequential {
  const made = new Sequential([
    Input({ shape: [1, 2, 1] }),
    new RandomFog({ most: 0.1 }),
    new GlobalAveragePooling2D(),
    new Dense(4, {
      kernelInitializer: new LogUniform({ low: 0.001, high: 0.01 }),
      activation: new Swoosh({ slope: 4 }),
    }),
    new Snake({ frequencyInitializer: new LogUniform({ low: 0.5, high: 2 }) }),
    new Dense(1),
  ]);
  const optimizer = new Signum({ learningRate: new Knee({ peak: 0.01, explore: 20, exploit: 20 }) });
  made.compile({ optimizer, loss: new Charbonnier(), metrics: [new Within({ tolerance: 0.2 })] });
  return made;
}

const BACKENDS: Readonly<Record<string, () => Backend | Promise<Backend>>> = { cpu: () => cpu(), ...plugin.backends };

test.each(Object.entries(BACKENDS))(
  'a model of it learns, and goes on from its file as if it had never stopped, on %s',
  async (_, start) => {
    setBackend(await start());
    setSeed(5);
    const { x, y } = data();
    const first = model();
    const { history } = await first.fit(x, y, { epochs: 4, batchSize: 4, verbose: 0 });
    expect(history['loss']!.at(-1)).toBeLessThan(history['loss']![0]!);
    expect(history['within']).toHaveLength(4);

    const bytes = await first.toBytes();
    const second = modelFromBytes(bytes, { plugins: [plugin] });
    expect(second.toJSON()).toEqual(first.toJSON());
    expect(second.optimizer.toJSON()).toEqual(first.optimizer.toJSON());
    expect(await second.toBytes()).toEqual(bytes);
    for (const each of [first, second]) await each.fit(x, y, { epochs: 2, batchSize: 4, verbose: 0 });
    const values = (each: typeof second) => Promise.all(each.weights.map(({ value }) => value.data()));
    expect(await values(second)).toEqual(await values(first as never));
    await getBackend().dispose();
  },
);

test('without the plugin, the file names it', async () => {
  setBackend(reference());
  const bytes = await model().toBytes();
  expect(() => modelFromBytes(bytes)).toThrow(
    "layer type 'acme/RandomFog' is unknown. It belongs to the package 'acme': install it and pass it along",
  );
});
