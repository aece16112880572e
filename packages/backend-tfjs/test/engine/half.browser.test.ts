import { tfjs } from '@nablajs/backend-tfjs';
import { setBackend, tensor } from '@nablajs/tensor';
// Registers the flags.
import '@tensorflow/tfjs-backend-webgl/dist/backend_webgl.js';
import { env } from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';

test('a device that renders 16-bit floats only is reported, warned of, and keeps three digits', async () => {
  env().set('WEBGL_RENDER_FLOAT32_ENABLED', false);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const backend = await tfjs({ engine: 'webgl' });
  expect(warn).toHaveBeenCalledWith(expect.stringMatching(/16 bits only.*train elsewhere/));
  const { precision, exactIntegers, maxRank, dtypes } = backend.capabilities;
  expect({ precision, exactIntegers, maxRank }).toEqual({ precision: 'float16', exactIntegers: 2048, maxRank: 6 });
  expect([...dtypes]).toEqual(['float32', 'int32', 'bool']);

  setBackend(backend);
  const values = await tensor([1 / 3, 2 / 3, 1, 1000.25])
    .mul(2)
    .data();
  for (const [i, exact] of [2 / 3, 4 / 3, 2, 2000.5].entries()) expect(values[i]! / exact).toBeCloseTo(1, 3);
  // 2048 + 1 is no number of 16 bits.
  expect(await tensor([2048]).add(1).item()).not.toBe(2049);
  await backend.dispose();
});
