// The same seed, the same augmentation, on the GPU of a browser too.
import { tfjs } from '@nablajs/backend-tfjs';
import type { Backend } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { CONFIGS } from './configs.ts';
import { differences, TOLERANCE } from './everywhere.ts';

/** Those that turn, or draw normally distributed numbers: WGSL lets sine and cosine be off by 2^-11. */
const WITH_WAVES = [
  'RandomRotation',
  'RandomErasing',
  'MixUp',
  'CutMix',
  'AugMix',
  'Pipeline',
  'RandomOrder',
  'RandomNoise',
];

describe.each(['webgl', 'webgpu'] as const)('%s', (engine) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await tfjs({ engine });
  });

  test.each(Object.keys(CONFIGS))('%s', async (type) => {
    const tolerance = engine === 'webgpu' && WITH_WAVES.includes(type) ? 0.25 : TOLERANCE;
    expect(await differences(type, backend, tolerance)).toEqual([]);
  });
});
