import { ConfigError } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { builtinOptimizers, loadOptimizer, optimizerNamed } from '../src/index.ts';

/** They must be told which optimizers are inside. */
const WRAPPERS = ['LossScaleOptimizer', 'MultiOptimizer'];

test('every optimizer is found under its name, with its defaults', async () => {
  for (const [type, Class] of Object.entries(builtinOptimizers)) {
    if (WRAPPERS.includes(type)) continue;
    const found = await loadOptimizer(type);
    expect(found.constructor).toBe(Class);
    expect(found.toJSON()).toEqual(optimizerNamed(type).toJSON());
  }
  for (const type of WRAPPERS) await expect(loadOptimizer(type)).rejects.toThrow(type);
});

test('what is unknown is answered with the nearest name', async () => {
  await expect(loadOptimizer('adm')).rejects.toThrow(ConfigError);
  await expect(loadOptimizer('adm')).rejects.toThrow(/Did you mean 'Adam'/);
});
