// Switches for finding faults: they name the fault and change no result.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  compile,
  debug,
  executableStats,
  inScope,
  NumericsError,
  randomBernoulli,
  scalar,
  setBackend,
  setSeed,
  type Tensor,
  tensor,
  variable,
  zeros,
} from '@nablajs/tensor';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

beforeEach(() => setBackend(reference()));
afterEach(() => debug({ checkNumerics: false, eager: false, sites: true }));

async function errorOf(run: () => Promise<unknown>): Promise<NumericsError> {
  try {
    await run();
  } catch (error) {
    return error as NumericsError;
  }
  throw new Error('nothing was thrown');
}

describe('checkNumerics', () => {
  test('names the first op that was not finite, its layer and line', async () => {
    debug({ checkNumerics: true });
    const error = await errorOf(() => {
      const x = tensor([1, 0, 2]);
      const y = inScope('"head" (Dense)', () => x.log());
      return y.exp().add(1).data();
    });
    expect(error).toBeInstanceOf(NumericsError);
    expect([error.op, error.path]).toEqual(['log', '"head" (Dense)']);
    expect(error.site).toMatch(/debug\.test\.ts:\d+:\d+$/);
    expect(error.toString()).toContain('NumericsError in "head" (Dense): log produced NaN or infinity');
  });

  test('finite values pass, and integers, and constants that are meant to be infinite', async () => {
    debug({ checkNumerics: true });
    expect(await tensor([1, 2]).mul(2).array()).toEqual([2, 4]);
    expect(await tensor([1, 2], 'int32').floorDiv(0).array()).toEqual([0, 0]);
    expect(await tensor([1, 3]).equal(Number.POSITIVE_INFINITY).array()).toEqual([false, false]);
    expect(await zeros([0]).div(0).array()).toEqual([]);
  });

  test('a compiled step names the op and leaves its state as it was', async () => {
    const w = variable(scalar(4));
    const step = compile((rate: Tensor) => {
      const loss = w.value.sqrt().sum();
      const [dw] = gradients(loss, [w]);
      w.assign(w.value.sub(dw!.mul(rate)));
      return loss;
    });
    debug({ checkNumerics: true });
    expect(await (await step(scalar(8))).item()).toBe(2);
    expect(await w.value.item()).toBe(2);
    expect(await (await step(scalar(8))).item()).toBeCloseTo(Math.SQRT2, 6);
    const negative = await w.value.item();
    expect(negative).toBeLessThan(0);
    expect((await errorOf(() => step(scalar(8)))).op).toBe('sqrt');
    expect(await w.value.item()).toBe(negative);
    debug({ checkNumerics: false });
    expect(await (await step(scalar(8))).item()).toBeNaN();
  });
});

test('steps refused for their numbers leave no buffers behind', async () => {
  const backend = reference();
  setBackend(backend);
  debug({ checkNumerics: true });
  const w = variable(scalar(-1));
  const step = compile(() => {
    w.assign(w.value.mul(2));
    return w.value.sqrt();
  });
  for (let i = 0; i < 30; i++) await errorOf(() => step());
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(backend.memory().buffers).toBeLessThan(6);
});

describe('eager', () => {
  function network(): { step: (x: Tensor) => Promise<Tensor>; w: ReturnType<typeof variable> } {
    setSeed(5);
    const w = variable(() => zeros([3, 2]).add(0.5));
    const step = compile((x: Tensor) => {
      const h = x.matmul(w.value).softmax();
      const loss = randomBernoulli(h.shape, 0.8).where(h, 0).square().mean();
      w.assign(w.value.sub(gradients(loss, [w])[0]!.mul(10)));
      return loss;
    });
    return { step, w };
  }

  test('gives the same numbers as compiled code', async () => {
    const x = tensor([
      [1, 2, 3],
      [-1, 0, 1],
    ]);
    const run = async (): Promise<unknown[]> => {
      const { step, w } = network();
      const losses: number[] = [];
      for (let i = 0; i < 5; i++) losses.push(await (await step(x)).item());
      return [losses, await w.value.array()];
    };
    const compiled = await run();
    debug({ eager: true });
    expect(await run()).toEqual(compiled);
  });

  test('computes every value, once, and comes to rest', async () => {
    debug({ eager: true });
    const x = tensor([[1, 2, 3]]);
    const h = x.pow(2);
    const y = h.softmax();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([h.node.isLeaf, y.node.isLeaf]).toEqual([true, true]);
    const { compiles, hits } = executableStats();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(executableStats()).toEqual({ compiles, hits });
  });

  test('together with checkNumerics', async () => {
    debug({ eager: true, checkNumerics: true });
    expect(await tensor([1, 2]).softmax().sum().item()).toBeCloseTo(1);
    expect((await errorOf(() => tensor([-1]).log().mul(2).data())).op).toBe('log');
  });
});

test('switches not named keep their state', async () => {
  debug({ checkNumerics: true });
  debug({ eager: true });
  debug({ eager: false });
  expect((await errorOf(() => tensor([-1]).log().data())).op).toBe('log');
});

test('without sites errors have no line, and nothing else changes', async () => {
  debug({ sites: false });
  let message = '';
  try {
    tensor([1, 2]).add(tensor([1, 2, 3]));
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain('do not broadcast');
  expect(message).not.toContain('debug.test.ts');
  expect(await tensor([1]).add(1).array()).toEqual([2]);
});
