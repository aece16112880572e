import { describeLayers } from '@nablajs/testkit';
import { cpu, registryOf, setSeed, tensor, zeros } from 'nablajs';
import { expect, test } from 'vitest';
import { LogUniform, profiler, RandomFog, Snake, snakeOp } from '../src/index.ts';

const logUniform = { type: 'acme/LogUniform', config: { low: 0.1, high: 10 } };

describeLayers(
  [
    [
      'Snake',
      {
        make: () => new Snake(),
        config: { frequencyInitializer: logUniform },
        input: [3, 4],
        output: [3, 4],
        weights: { frequency: [4] },
      },
    ],
    [
      'RandomFog',
      {
        make: () => new RandomFog({ most: 0.25 }),
        config: { most: 0.25, brightness: 255 },
        input: [2, 3, 3, 2],
        output: [2, 3, 3, 2],
      },
    ],
  ],
  { cpu: () => cpu(), acme: () => profiler() },
  { registry: registryOf(LogUniform), ops: [snakeOp] },
);

test('frequencies lie between the ends, as many below 1 as above', async () => {
  setSeed(1);
  const values = Array.from(await new LogUniform().apply([4000]).data());
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0.0999);
  expect(Math.max(...values)).toBeLessThanOrEqual(10.001);
  // Half of 4,000 draws, within five standard deviations.
  expect(Math.abs(values.filter((value) => value < 1).length - 2000)).toBeLessThan(5 * Math.sqrt(1000));
});

test('fog is of one thickness in each image, and only while training', async () => {
  const fog = new RandomFog({ most: 0.5, brightness: 10 });
  const images = zeros([64, 2, 2, 1]);
  expect(await fog.apply(images).data()).toEqual(new Float32Array(256));
  setSeed(2);
  const foggy = (await fog.apply(images, { training: true }).array()) as number[][][][];
  const thickness = foggy.map((image) => image[0]![0]![0]!);
  expect(foggy.every((image, i) => image.flat(2).every((value) => value === thickness[i]))).toBe(true);
  expect(Math.min(...thickness)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...thickness)).toBeLessThanOrEqual(5);
  expect(new Set(thickness).size).toBe(64);
  // Fog of its own colour changes nothing.
  const bright = fog.apply(tensor([[[[10]]]]), { training: true });
  expect(await bright.item()).toBeCloseTo(10, 5);
});

test('options that cannot be meant are refused', () => {
  expect(() => new Snake({ frequencyInitialiser: 'ones' } as never)).toThrow(
    "acme/Snake: there is no option 'frequencyInitialiser'. Did you mean 'frequencyInitializer'?",
  );
  expect(() => new RandomFog({ most: 2 })).toThrow('most must be from 0 to 1, got 2');
  expect(() => new LogUniform({ low: 0 })).toThrow('must be above 0 and in order, got 0 and 10');
});
