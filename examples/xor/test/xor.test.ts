import { expect, test } from 'vitest';

test('the lesson learns XOR', async () => {
  const { predictions } = (await import('../main.mjs' as string)) as { predictions: number[] };
  expect(predictions.map(Math.round)).toEqual([0, 1, 1, 0]);
});
