// The same seed, the same augmentation, on the GPU of a browser too.
import { tfjs } from '@nablajs/backend-tfjs';
import type { Backend } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';
import { CONFIGS } from './configs.ts';
import { differences } from './everywhere.ts';

let webgl: Backend;
beforeAll(async () => {
  webgl = await tfjs({ engine: 'webgl' });
});

test.each(Object.keys(CONFIGS))('%s', async (type) => {
  expect(await differences(type, webgl)).toEqual([]);
});
