import { BinaryCrossentropy } from '@nablajs/losses';
import { ConfigError } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { builtinMetrics, loadMetrics, metricFrom } from '../src/index.ts';

/** A class, or what it says when it cannot do without options. */
function made(f: () => object): unknown {
  try {
    return f().constructor;
  } catch (error) {
    return (error as Error).message;
  }
}

test('every metric is found under its name', async () => {
  const named = await loadMetrics(Object.keys(builtinMetrics));
  for (const type of Object.keys(builtinMetrics)) expect(made(() => named(type))).toEqual(made(() => metricFrom(type)));
});

test('names mean the same as to metricFrom, also beside a loss', async () => {
  const names = ['acc', 'accuracy', 'crossentropy', 'ce', 'f1_score', 'rmse'];
  const named = await loadMetrics(names);
  for (const loss of [undefined, new BinaryCrossentropy({ fromLogits: true })]) {
    for (const name of names)
      expect(named(name, loss).toJSON()).toEqual(metricFrom(name, undefined, undefined, loss).toJSON());
  }
});

test('what is unknown is answered with the nearest name', async () => {
  await expect(loadMetrics(['acuracy'])).rejects.toThrow(ConfigError);
  await expect(loadMetrics(['acuracy'])).rejects.toThrow(/Did you mean 'Accuracy'/);
});
