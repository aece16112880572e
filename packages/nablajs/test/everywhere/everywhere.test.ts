import { expect, test } from 'vitest';
import { train } from './node.ts';

test('the backends of Node train like the reference', async () => {
  const truth = await train('reference');
  expect(truth.losses.at(-1)!).toBeLessThan(truth.losses[0]! * 0.7);
  for (const name of ['cpu', 'onnxruntime', 'tfjs-cpu'] as const) {
    const { losses } = await train(name);
    for (const [i, loss] of losses.entries()) expect(Math.abs(loss - truth.losses[i]!)).toBeLessThan(1e-3);
  }
});
