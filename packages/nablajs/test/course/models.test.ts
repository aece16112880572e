// The course's models, line for line.
import { cpu } from '@nablajs/backend-cpu';
import { CategoricalCrossentropy, Conv2D, Dense, Input, Sequential, setBackend, setSeed } from 'nablajs';
import { beforeAll, expect, test } from 'vitest';

beforeAll(async () => setBackend(await cpu()));

/** Three clouds in four dimensions, far apart, as plain nested arrays. */
function clouds(count: number, seed: number): { x: number[][]; y: number[][] } {
  let state = seed;
  const noise = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const centres = [
    [2, 0, 0, 1],
    [0, 2, 0, -1],
    [0, 0, 2, 0],
  ];
  const x: number[][] = [];
  const y: number[][] = [];
  for (let i = 0; i < count; i++) {
    const label = i % 3;
    x.push(centres[label]!.map((value) => value + noise()));
    y.push([0, 1, 2].map((k) => Number(k === label)));
  }
  return { x, y };
}

test("the course's script runs as it stands and separates three classes", async () => {
  // With two hidden units a bad start can leave both dead, in any framework; this one is good.
  setSeed(3);
  const { x: xTrain, y: yTrain } = clouds(1200, 7);
  const { x: xVal, y: yVal } = clouds(300, 8);

  const model = new Sequential();
  model.add(new Dense(3, { activation: 'relu' }));
  model.add(new Dense(2, { activation: 'relu' }));
  model.add(new Dense(3, { activation: 'softmax' }));
  model.compile({ optimizer: 'adam', loss: new CategoricalCrossentropy(), metrics: ['accuracy'] });
  const history = await model.fit(xTrain, yTrain, {
    batchSize: 32,
    epochs: 100,
    validationData: [xVal, yVal],
    verbose: 0,
  });

  expect(Object.keys(history.history)).toEqual(['loss', 'accuracy', 'valLoss', 'valAccuracy']);
  expect(history.history['loss']).toHaveLength(100);
  expect(history.history['valAccuracy']!.at(-1)).toBeGreaterThan(0.95);
  // 4*3+3 + 3*2+2 + 2*3+3
  expect(model.countParams()).toBe(32);
  expect(model.summary()).toMatch(/Total params: 32\b/);
});

test('a dense layer of 1024 units on a 256x256 image has 67,108,864 weights and 1,024 biases; nothing is allocated to say so', () => {
  const model = new Sequential([Input({ shape: [256 * 256] }), new Dense(1024)]);
  expect(model.layers[0]!.weights.map(({ size }) => size)).toEqual([67_108_864, 1024]);
  expect(model.countParams()).toBe(67_109_888);
});

test('32 filters of 3x3 have 320 weights on one channel and 896 on three', () => {
  for (const [channels, count] of [
    [1, 320],
    [3, 896],
  ] as const) {
    const model = new Sequential([
      Input({ shape: [28, 28, channels] }),
      new Conv2D(32, [3, 3], { padding: 'same', activation: 'relu' }),
    ]);
    expect(model.countParams()).toBe(count);
  }
});
