// The guide's catalogue names every layer there is, and none that there is not.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as layers from '../src/index.ts';

test('the guide lists all layers', () => {
  const page = readFileSync(new URL('../../../apps/docs/guide/layers.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('## The catalogue'), page.indexOf('## What a layer is given'));
  const named = [...table.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name!);
  expect(named.filter((name) => !(name in layers))).toEqual([]);
  expect(Object.keys(layers.builtinLayers).filter((name) => !named.includes(name))).toEqual([]);
});
