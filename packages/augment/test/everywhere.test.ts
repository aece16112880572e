// The same seed, the same augmentation, on every backend of Node. Its fellow runs in a browser, on WebGL.
import { cpu } from '@nablajs/backend-cpu';
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import { tfjs } from '@nablajs/backend-tfjs';
import type { Backend } from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONFIGS } from './configs.ts';
import { differences } from './everywhere.ts';

const BACKENDS: Readonly<Record<string, () => Promise<Backend>>> = {
  cpu: () => cpu(),
  onnxruntime: () => onnxruntime({ device: 'cpu' }),
  'tfjs-cpu': () => tfjs({ engine: 'cpu' }),
};

describe.each(Object.entries(BACKENDS))('%s', (_, make) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await make();
  });
  it.each(Object.keys(CONFIGS))('%s', async (type) => {
    expect(await differences(type, backend)).toEqual([]);
  });
});
