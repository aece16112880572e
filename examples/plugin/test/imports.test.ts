// The package stands on what others can install: exports of published packages, and nothing beside its own files.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const SOURCES = new URL('../src/', import.meta.url);

test('it imports public exports and its own files, and nothing else', () => {
  const names = readdirSync(SOURCES).flatMap((file) =>
    [...readFileSync(new URL(file, SOURCES), 'utf8').matchAll(/ from '([^']+)'/g)].map(([, name]) => name!),
  );
  const outside = names.filter((name) => !/^\.\/[a-z-]+\.ts$/.test(name));
  expect([...new Set(outside)].sort()).toEqual(['@nablajs/tensor/references', 'nablajs']);
});
