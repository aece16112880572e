// A thousand steps leave nothing behind on the graphics device.
import { tfjs } from '@nablajs/backend-tfjs';
import { engine } from '@tensorflow/tfjs-core';
import { Conv2D, Dense, Dropout, Flatten, fromData, MaxPooling2D, Sequential, setBackend, setSeed } from 'nablajs';
import { expect, test } from 'vitest';

test('1,000 training steps on WebGL hold as many values as the first', async () => {
  const backend = await tfjs({ engine: 'webgl' });
  setBackend(backend);
  setSeed(1);
  const x = fromData(
    Float32Array.from({ length: 160 * 64 }, (_, i) => Math.sin(i * i)),
    [160, 8, 8, 1],
  );
  const y = fromData(
    Int32Array.from({ length: 160 }, (_, i) => i % 3),
    [160],
  );
  const model = new Sequential([
    new Conv2D(4, 3, { activation: 'relu' }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dropout(0.1),
    new Dense(3, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const seen: { steps: number; buffers: number; values: number; tensors: number }[] = [];
  await model.fit(x, y, {
    batchSize: 8,
    epochs: 50,
    verbose: 0,
    callbacks: [
      {
        onEpochEnd: (epoch) => {
          const { buffers, values } = backend.memory();
          seen.push({ steps: (epoch + 1) * 20, buffers, values, tensors: engine().state.numTensors });
        },
      },
    ],
  });
  const [settled, last] = [seen[1]!, seen.at(-1)!];
  console.log(`after ${settled.steps} steps: ${JSON.stringify(settled)}; after ${last.steps}: ${JSON.stringify(last)}`);
  expect(last.steps).toBe(1000);
  // The collector gives values back at its own times: what is held in the second half was held in the first.
  const most = (of: 'buffers' | 'values', part: typeof seen): number => Math.max(...part.map((each) => each[of]));
  for (const of of ['buffers', 'values'] as const) {
    expect(most(of, seen.slice(25))).toBeLessThanOrEqual(most(of, seen.slice(1, 25)));
  }
  expect(last.tensors).toBe(settled.tensors);
  await backend.dispose();
});
