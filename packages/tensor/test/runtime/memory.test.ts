// Intermediate values own nothing, state is updated in place, and what nobody holds is freed.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  type Backend,
  compile,
  fromData,
  full,
  scalar,
  setBackend,
  type Tensor,
  tensor,
  variable,
  zeros,
} from '@nablajs/tensor';
import { beforeEach, describe, expect, test } from 'vitest';

let backend: Backend;
beforeEach(() => {
  backend = reference();
  setBackend(backend);
});

const collect = (globalThis as { gc?: () => void }).gc;

async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    collect?.();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A small regression: loss and update. */
function regression(): {
  w: ReturnType<typeof variable>;
  b: ReturnType<typeof variable>;
  loss: (x: Tensor, y: Tensor) => Tensor;
} {
  const [w, b] = [variable(zeros([4, 2]).add(0.1)), variable(zeros([2]))];
  return { w, b, loss: (x, y) => x.matmul(w.value).add(b.value).sub(y).square().mean() };
}

test('10,000 compiled steps: live buffers stay constant, memory stays flat', async () => {
  const { w, b, loss } = regression();
  const step = compile((x: Tensor, y: Tensor) => {
    const value = loss(x, y);
    const [dw, db] = gradients(value, [w, b]);
    w.assign(w.value.sub(dw!.mul(0.01)));
    b.assign(b.value.sub(db!.mul(0.01)));
    return value;
  });
  const x = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i));
  const y = Float32Array.from({ length: 16 }, (_, i) => Math.cos(i));
  const run = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const value = await step(fromData(x, [8, 4]), fromData(y, [8, 2]));
      if (i % 100 === 0) await value.item();
      value[Symbol.dispose]();
    }
  };
  await run(1000);
  expect(backend.memory().buffers).toBe(2);
  await settle();
  const before = process.memoryUsage().heapUsed;
  await run(9000);
  expect(backend.memory().buffers).toBe(2);
  await settle();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 20);
  expect(step.stats).toEqual({ traces: 1, runs: 10_000 });
});

test('a training loop by hand that disposes nothing stays bounded', async () => {
  const rows = 256;
  const w = variable(full([rows, rows], 0.01));
  const x = full([8, rows], 1);
  const train = async (count: number): Promise<number> => {
    let last = 0;
    for (let i = 0; i < count; i++) {
      const loss = x.matmul(w.value).square().mean();
      const [dw] = gradients(loss, [w]);
      w.assign(w.value.sub(dw!.mul(0.1)));
      last = await loss.item();
    }
    return last;
  };
  await train(20);
  await settle();
  const { rss } = process.memoryUsage();
  // 150 steps make 75 MB of weights in float64.
  await train(150);
  expect(backend.memory().bytes).toBeLessThan(40 * 2 ** 20);
  expect(process.memoryUsage().rss - rss).toBeLessThan(120 * 2 ** 20);
  await settle();
  await zeros([1]).add(1).data();
  expect(backend.memory().buffers).toBeLessThan(30);
});

describe('what is let go of is freed', () => {
  test('results nobody holds', async () => {
    for (let i = 0; i < 50; i++) await scalar(i).mul(2).item();
    await settle();
    expect(backend.memory().buffers).toBeLessThan(5);
  });

  test('the steps a realised value was made from, however long the loop', async () => {
    // Weak references to values of a loop whose last value is still held.
    const old: WeakRef<object>[] = [];
    let x = zeros([100]);
    for (let i = 0; i < 60; i++) {
      x = x.add(1);
      await x.data();
      old.push(new WeakRef(x.node));
    }
    await settle();
    expect(old.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(5);
    expect((await x.data())[0]).toBe(60);
  });

  test('operands of a realised value, also those computed with it in one graph', async () => {
    let x: Tensor | null = await zeros([1000]).add(1).realize();
    const y = x.mul(2);
    const z = x.mul(3);
    await y.data();
    const ref = new WeakRef(x.node);
    x = null;
    await settle();
    // z still needs it, y does not.
    expect(ref.deref()).toBeDefined();
    await z.data();
    await settle();
    expect(ref.deref()).toBeUndefined();
  });

  test('what executables were compiled for', async () => {
    const make = async (): Promise<WeakRef<object>> => {
      const x = tensor([1, 2, 3]);
      await x.mul(12.5).exp().data();
      return new WeakRef(x.node);
    };
    const ref = await make();
    await settle();
    expect(ref.deref()).toBeUndefined();
  });

  test('arguments of compiled functions', async () => {
    const f = compile((x: Tensor) => x.mul(2));
    const call = async (): Promise<WeakRef<object>> => {
      const x = await zeros([8]).add(1).realize();
      (await f(x))[Symbol.dispose]();
      return new WeakRef(x.node);
    };
    const ref = await call();
    await settle();
    expect(ref.deref()).toBeUndefined();
    expect(f.stats.runs).toBe(1);
  });
});

describe('copies of host data', () => {
  test('used once, they are gone; used twice, one is kept', async () => {
    const x = fromData(new Float32Array(1024));
    (await x.mul(2).realize())[Symbol.dispose]();
    expect(backend.memory().buffers).toBe(0);
    (await x.mul(3).realize())[Symbol.dispose]();
    (await x.mul(4).realize())[Symbol.dispose]();
    expect(backend.memory().buffers).toBe(1);
    x[Symbol.dispose]();
    expect(backend.memory().buffers).toBe(0);
    expect(await x.mul(2).data()).toEqual(new Float32Array(1024));
  });

  test('a run that fails returns what it leased', async () => {
    const good = (): Tensor => fromData(new Float32Array(8));
    const gone = await zeros([8]).add(1).realize();
    gone[Symbol.dispose]();
    const before = backend.memory().buffers;
    await expect(good().add(gone).data()).rejects.toThrow('was disposed');
    await expect(compile((a: Tensor, b: Tensor) => a.add(b))(good(), gone)).rejects.toThrow('was disposed');
    expect(backend.memory().buffers).toBe(before);
  });
});

test('using frees at the end of a block; afterwards reading is an error', async () => {
  let outside: Tensor;
  {
    using x = await zeros([4]).add(1).realize();
    outside = x;
    expect(backend.memory().buffers).toBe(1);
  }
  expect(backend.memory().buffers).toBe(0);
  await expect(outside.data()).rejects.toThrow('this value was disposed and cannot be read any more');
});
