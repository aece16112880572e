import { cpu } from '@nablajs/backend-cpu';
import { compile, fromData, setBackend, type Tensor, variable } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';

// Expected values follow from IEEE 754: 2^-126 is the smallest normal number of float32.
setBackend(await cpu());

const NORMAL = 2 ** -126;

/** What a variable is after some steps. */
async function after(steps: number, start: readonly number[], step: (x: Tensor) => Tensor): Promise<number[]> {
  const state = variable(fromData(Float32Array.from(start), [start.length]));
  const run = compile(() => {
    state.assign(step(state.value));
  });
  for (let i = 0; i < steps; i++) await run();
  return [...(await state.value.data())];
}

describe('what a step leaves for the next one', () => {
  test('is zero once it would be denormal', async () => {
    expect(await after(126, [1, -1], (x) => x.mul(0.5))).toEqual([NORMAL, -NORMAL]);
    expect(await after(127, [1, -1], (x) => x.mul(0.5))).toEqual([0, -0]);
  });

  test('keeps all other numbers', async () => {
    const values = [0, -0, 1, -1, Infinity, -Infinity, NaN, NORMAL, -NORMAL, 2 ** 127];
    expect(await after(1, values, (x) => x.mul(1))).toEqual(values);
  });

  test('is zero for momenta without gradients, which would stay denormal for ever', async () => {
    let rounded = 1;
    for (let i = 0; i < 2000; i++) rounded = Math.fround(rounded * Math.fround(0.9));
    expect(rounded).toBeGreaterThan(0);
    expect(await after(2000, [1], (x) => x.mul(0.9))).toEqual([0]);
  });

  test('is as it was computed where nothing may be written over', async () => {
    const half = compile((x: Tensor) => x.mul(0.5));
    expect([...(await (await half(fromData(Float32Array.of(NORMAL), [1]))).data())]).toEqual([NORMAL / 2]);
  });
});
