import { tfjs } from '@nablajs/backend-tfjs';
import { BackendUnavailableError, ConfigError } from '@nablajs/tensor';
import { expect, test } from 'vitest';

test('an engine that this host lacks is named, with what was looked for and what works instead', async () => {
  const webgl = tfjs({ engine: 'webgl' });
  await expect(webgl).rejects.toThrow(BackendUnavailableError);
  await expect(webgl).rejects.toThrow(/'webgl2' context.*no browser.*@nablajs\/backend-cpu/);
  await expect(tfjs({ engine: 'webgpu' })).rejects.toThrow(/navigator\.gpu/);
});

test('an unknown engine is refused with the known ones', async () => {
  const wasm = tfjs({ engine: 'wasm' as 'cpu' });
  await expect(wasm).rejects.toThrow(ConfigError);
  await expect(wasm).rejects.toThrow("Use 'webgl', 'webgpu' or 'cpu'.");
});
