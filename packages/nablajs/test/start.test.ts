import * as tensor from '@nablajs/tensor';
import { expect, test } from 'vitest';
import * as start from '../src/start.ts';

test('every function that may begin a program brings the backend along', () => {
  const begins = Object.entries(tensor).filter(
    ([name, value]) => typeof value === 'function' && !name.endsWith('Op') && !(value.prototype instanceof Error),
  );
  const missing = begins.map(([name]) => name).filter((name) => name !== 'setDefaultBackend' && !(name in start));
  // A new one belongs into the list of start.ts, or bundlers leave the backend out of programs that use nothing else.
  expect(missing).toEqual([]);
});
