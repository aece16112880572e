import { reference } from '@nablajs/backend-reference';
import { beforeEach, expect, test, vi } from 'vitest';

// A fresh copy of the package for each test, for the current backend is one per process.
beforeEach(() => vi.resetModules());

test('without a backend the first computation says how to set one', async () => {
  const { getBackend, tensor, compile } = await import('@nablajs/tensor');
  const text =
    "no backend is set. Call setBackend first, for example `setBackend(await cpu())` with cpu from '@nablajs/backend-cpu'.";
  expect(() => getBackend()).toThrow(text);
  await expect(tensor([1]).add(1).data()).rejects.toThrow(text);
  await expect(compile(() => tensor([1]))()).rejects.toThrow(text);
  // Shapes are checked all the same, and what is on the host can be read.
  expect(() => tensor([1]).matmul(tensor([[1], [2]]))).toThrow('inner sizes differ');
  expect(await tensor([1, 2]).data()).toEqual(Float32Array.of(1, 2));
});

test('a default backend is started once, when it is needed', async () => {
  const { setDefaultBackend, resolveBackend, getBackend, tensor } = await import('@nablajs/tensor');
  const start = vi.fn(async () => reference());
  setDefaultBackend(start);
  expect(() => getBackend()).toThrow('no backend is set');
  const values = await Promise.all([tensor([1]).add(1).item(), tensor([1]).add(2).item(), resolveBackend()]);
  expect(values.slice(0, 2)).toEqual([2, 3]);
  expect(start).toHaveBeenCalledTimes(1);
  expect(getBackend()).toBe(values[2]);
});

test('a default backend does not replace one that was set while it started', async () => {
  const { setBackend, setDefaultBackend, resolveBackend } = await import('@nablajs/tensor');
  const [mine, other] = [reference(), reference()];
  setDefaultBackend(async () => {
    setBackend(mine);
    return other;
  });
  expect(await resolveBackend()).toBe(mine);
});

test('a default backend that cannot start is tried again', async () => {
  const { setDefaultBackend, resolveBackend } = await import('@nablajs/tensor');
  const backend = reference();
  const start = vi.fn().mockRejectedValueOnce(new Error('no device')).mockResolvedValueOnce(backend);
  setDefaultBackend(start);
  await expect(resolveBackend()).rejects.toThrow('no device');
  expect(await resolveBackend()).toBe(backend);
});
