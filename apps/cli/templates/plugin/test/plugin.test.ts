import { describeLayer, describeOp } from '@nablajs/testkit';
import { cpu, Dense, Input, modelFromBytes, Sequential, tensor } from 'nablajs';
import { expect, test } from 'vitest';
import { plugin, SoftClip, softClip, softClipOp } from '../src/index.ts';

// Values, gradients against finite differences, decomposition, sizes: from the op's samples.
describeOp(softClipOp, { cpu: () => cpu() });

// Shapes, weights, JSON, masks, freezing, gradients, and a training step on each backend.
describeLayer(
  'SoftClip',
  {
    make: () => new SoftClip({ limit: 2 }),
    config: { limit: 2 },
    input: [3, 4],
    output: [3, 4],
    weights: { gain: [4] },
  },
  { cpu: () => cpu() },
  { ops: [softClipOp] },
);

test('a value by hand', async () => {
  // 3 / √(1 + (3/4)²) = 3 / (5/4)
  expect(await softClip(tensor(3), 4).item()).toBeCloseTo(2.4, 6);
});

test('a model with the layer comes back from its file', async () => {
  const model = new Sequential([Input({ shape: [2] }), new Dense(3), new SoftClip(), new Dense(1)]);
  const bytes = await model.toBytes();
  const copy = modelFromBytes(bytes, { plugins: [plugin] });
  const x = [[1, -2]];
  expect(await (await copy.predict(x)).array()).toEqual(await (await model.predict(x)).array());
  expect(() => modelFromBytes(bytes)).toThrow("It belongs to the package 'my-plugin'");
});

test('a limit that is none is refused', () => {
  expect(() => new SoftClip({ limit: 0 })).toThrow('limit must be above 0, got 0');
});
