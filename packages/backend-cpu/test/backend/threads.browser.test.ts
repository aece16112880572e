import { cpu } from '@nablajs/backend-cpu';
import { compile, fromData, setBackend, type Tensor } from '@nablajs/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharing } from '../../src/threads/sharing.ts';

const usual = { ...sharing };
beforeAll(() => void Object.assign(sharing, { least: 0, startAfter: 0 }));
afterAll(() => void Object.assign(sharing, usual));

async function product(threads: number, turns: number): Promise<Float32Array> {
  const backend = await cpu({ threads });
  expect(backend.info.threads).toBe(threads);
  setBackend(backend);
  const data = Float32Array.from({ length: 200 * 200 }, (_, i) => ((i * 7919) % 1013) / 1013 - 0.5);
  const x = await fromData(data, [200, 200]).realize();
  const f = compile((x: Tensor) => x.matmul(x).tanh());
  let found = new Float32Array(0);
  for (let i = 0; i < turns; i++) {
    found = (await (await f(x)).data()) as Float32Array<ArrayBuffer>;
    // Workers start, and read their messages, in between.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await backend.dispose();
  return found;
}

test('threads share the work in an isolated page, with the bits of one', async () => {
  expect(crossOriginIsolated).toBe(true);
  expect(await product(3, 50)).toEqual(await product(1, 1));
});

test('by default there is a thread fewer than the machine has', async () => {
  const backend = await cpu();
  expect(backend.info.threads).toBe(Math.max(1, Math.min(8, navigator.hardwareConcurrency - 1)));
  await backend.dispose();
});
