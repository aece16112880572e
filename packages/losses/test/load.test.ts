import { ConfigError } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { builtinLosses, Loss, loadLoss } from '../src/index.ts';

test('every loss is found under its name', async () => {
  for (const [type, Class] of Object.entries(builtinLosses)) {
    expect((await loadLoss(type)).constructor).toBe(Class);
  }
});

test('takes short names, options as JSON, and losses as they are', async () => {
  const mse = await loadLoss('mse');
  expect(mse.type).toBe('MeanSquaredError');
  expect(await loadLoss(mse)).toBe(mse);
  const huber = await loadLoss({ type: 'Huber', config: { delta: 2 } });
  expect(huber).toBeInstanceOf(Loss);
  expect(huber.config).toMatchObject({ delta: 2 });
});

test('what is unknown is answered with the nearest name', async () => {
  await expect(loadLoss('meanSquareError')).rejects.toThrow(ConfigError);
  await expect(loadLoss('meanSquareError')).rejects.toThrow(/Did you mean 'MeanSquaredError'/);
});
