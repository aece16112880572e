import { tfjs } from '@nablajs/backend-tfjs';
import { BackendUnavailableError, compile, fromData, setBackend, type Tensor } from '@nablajs/tensor';
import { afterEach, expect, test, vi } from 'vitest';

const matrix = (): Tensor => fromData(new Float32Array(64).fill(0.5), [8, 8]);

afterEach(() => {
  vi.restoreAllMocks();
});

test('a lost device rejects what waits for it, says so afterwards, and a new backend works', async () => {
  const devices: GPUDevice[] = [];
  const requestDevice = GPUAdapter.prototype.requestDevice;
  vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockImplementation(async function (this: GPUAdapter, ...args) {
    const device = await requestDevice.apply(this, args);
    devices.push(device);
    return device;
  });
  const backend = await tfjs({ engine: 'webgpu' });
  const step = compile((x: Tensor) => x.matmul(x).sum(), { backend, name: 'step' });
  expect(await (await step(matrix())).item()).toBe(128);

  const reading = (await step(matrix())).item();
  devices.at(-1)!.destroy();
  await expect(reading).rejects.toThrow(BackendUnavailableError);
  await expect(step(matrix())).rejects.toThrow(/the device was lost.*Start again/);

  const second = await tfjs({ engine: 'webgpu' });
  setBackend(second);
  expect(await matrix().sum().item()).toBe(32);
  expect(second.capabilities.onHost.has('cumsum')).toBe(false);
  await second.dispose();
});
