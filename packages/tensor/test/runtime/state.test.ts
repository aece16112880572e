// Variables and the steps that update them in place.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  type Backend,
  type Buffer,
  compile,
  DTypeError,
  fromData,
  getBackend,
  ShapeError,
  scalar,
  setBackend,
  type Tensor,
  tensor,
  variable,
  zeros,
} from '@nablajs/tensor';
import { beforeEach, describe, expect, test } from 'vitest';

beforeEach(() => setBackend(reference()));

describe('a variable', () => {
  test('holds a value, under a name, trainable by default', async () => {
    const w = variable(tensor([1, 2]));
    expect([w.name, w.trainable, w.shape, w.dtype, w.size]).toEqual(['variable', true, [2], 'float32', 2]);
    expect(await w.value.array()).toEqual([1, 2]);
    expect(variable([[1], [2]], { name: 'w', trainable: false })).toMatchObject({ name: 'w', trainable: false });
    expect(variable(() => zeros([3])).shape).toEqual([3]);
    expect(variable(Int32Array.of(1, 2)).dtype).toBe('int32');
  });

  test('takes tensors, numbers and lists of its own spec', async () => {
    const w = variable(tensor([1, 2]));
    w.assign(tensor([3, 4]));
    expect(await w.value.array()).toEqual([3, 4]);
    w.assign([5, 6]);
    expect(await w.value.array()).toEqual([5, 6]);
    const count = variable(scalar(0, 'int32'));
    count.assign(7);
    expect(await count.value.item()).toBe(7);
    expect(count.dtype).toBe('int32');
    const flag = variable(tensor(false));
    flag.assign(true);
    expect(await flag.value.array()).toBe(true);
  });

  test('refuses other shapes and dtypes, and keeps its value', async () => {
    const w = variable(tensor([1, 2]), { name: 'kernel' });
    expect(() => w.assign(zeros([3]))).toThrow(ShapeError);
    expect(() => w.assign(zeros([3]))).toThrow("variable 'kernel' holds float32[2], got float32[3]");
    expect(() => w.assign(zeros([2], 'int32'))).toThrow(DTypeError);
    expect(() => w.assign(zeros([2], 'int32'))).toThrow("got int32. Use cast('float32')");
    expect(await w.value.array()).toEqual([1, 2]);
  });

  test('a value read earlier stays what it was', async () => {
    const w = variable(tensor([1, 2]));
    const before = w.value;
    w.assign(w.value.mul(10));
    const between = w.value;
    w.assign(w.value.add(1));
    expect(await w.value.array()).toEqual([11, 21]);
    expect(await between.array()).toEqual([10, 20]);
    expect(await before.array()).toEqual([1, 2]);
  });

  test('is computed in the background once it was assigned', async () => {
    const w = variable(tensor([1, 2]));
    w.assign(w.value.mul(10));
    expect(w.node.isLeaf).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(w.node.isLeaf).toBe(true);
  });

  test('no gradient flows back through an assignment, computed or not', async () => {
    for (const read of [false, true]) {
      const [a, b] = [variable(scalar(3)), variable(scalar(1))];
      b.assign(a.value.mul(2));
      if (read) await b.value.item();
      const loss = a.value.mul(b.value);
      const [da, db] = gradients(loss, [a, b]);
      expect([await da!.item(), await db!.item()]).toEqual([6, 3]);
    }
  });

  test('one tensor for two variables: each goes its own way', async () => {
    const start = await zeros([2]).add(1).realize();
    const [a, b] = [variable(start), variable(start)];
    const step = compile(() => a.assign(a.value.mul(2)));
    await step();
    await step();
    expect(await a.value.array()).toEqual([4, 4]);
    expect(await b.value.array()).toEqual([1, 1]);
    expect(await start.array()).toEqual([1, 1]);
    b.assign(a.value);
    await step();
    expect(await a.value.array()).toEqual([8, 8]);
    expect(await b.value.array()).toEqual([4, 4]);
  });
});

describe('inside a compiled step', () => {
  test('value is what was assigned last; the last assignment stays', async () => {
    const w = variable(scalar(1));
    const step = compile(() => {
      w.assign(w.value.add(1));
      const between = w.value;
      w.assign(w.value.mul(10));
      return [between, w.value];
    });
    const [between, after] = (await step()) as [Tensor, Tensor];
    expect([await between.item(), await after.item(), await w.value.item()]).toEqual([2, 20, 20]);
  });

  test('assigning without reading, a constant, an argument, another variable', async () => {
    const [a, b, c, d] = [1, 2, 3, 4].map((i) => variable(scalar(i))) as [
      ReturnType<typeof variable>,
      ReturnType<typeof variable>,
      ReturnType<typeof variable>,
      ReturnType<typeof variable>,
    ];
    const step = compile((x: Tensor) => {
      a.assign(10);
      b.assign(x);
      const held = c.value;
      c.assign(d.value);
      d.assign(held);
    });
    await step(scalar(7));
    expect(await Promise.all([a, b, c, d].map((v) => v.value.item()))).toEqual([10, 7, 4, 3]);
    await step(scalar(8));
    expect(await Promise.all([a, b, c, d].map((v) => v.value.item()))).toEqual([10, 8, 3, 4]);
  });

  test('a step that only reads leaves the variable as it is, and gradients taken through it', async () => {
    const w = variable(tensor([1, 2]));
    const loss = w.value.square().sum();
    const look = compile(() => w.value.sum());
    expect(await (await look()).item()).toBe(3);
    expect(await gradients(loss, [w])[0]!.array()).toEqual([2, 4]);
  });
});

describe('donation', () => {
  test('never corrupts what was read before, at any moment', async () => {
    const w = variable(tensor([1, 2]));
    const step = compile(() => w.assign(w.value.add(1)));
    const kept: Tensor[] = [w.value];
    for (let i = 0; i < 5; i++) {
      await step();
      kept.push(w.value);
      // Also what was computed from the value, before it is computed.
      kept.push(w.value.mul(100));
    }
    await step();
    expect(await Promise.all(kept.map((x) => x.array()))).toEqual([
      [1, 2],
      ...[1, 2, 3, 4, 5].flatMap((i) => [
        [1 + i, 2 + i],
        [100 + 100 * i, 200 + 100 * i],
      ]),
    ]);
  });

  test('results of a step are not state', async () => {
    const w = variable(scalar(1));
    const step = compile(() => {
      w.assign(w.value.mul(2));
      return w.value;
    });
    const results: Tensor[] = [];
    for (let i = 0; i < 4; i++) results.push(await step());
    expect(await Promise.all(results.map((x) => x.item()))).toEqual([2, 4, 8, 16]);
  });

  test('a value captured by the very step that replaces it', async () => {
    const w = variable(tensor([1, 2]));
    const first = w.value;
    const step = compile(() => w.assign(w.value.add(first)));
    await step();
    await step();
    expect(await w.value.array()).toEqual([3, 6]);
  });

  test('the value of a variable as an argument of the step that replaces it', async () => {
    const w = variable(tensor([1, 2]));
    const step = compile((x: Tensor) => w.assign(w.value.add(x)));
    await step(w.value);
    await step(w.value);
    expect(await w.value.array()).toEqual([4, 8]);
  });

  test('disposing a value read from a variable does not take it from the variable', async () => {
    const w = variable(zeros([2]).add(1));
    await w.value.data();
    w.value[Symbol.dispose]();
    expect(await w.value.array()).toEqual([1, 1]);
  });

  test('a value read while a step runs is the one it leaves; an assignment meanwhile stays', async () => {
    const { backend, go } = paused(reference());
    setBackend(backend);
    const [w, v] = [variable(scalar(1)), variable(scalar(1))];
    const step = compile(() => {
      w.assign(w.value.add(1));
      v.assign(v.value.add(1));
    });
    const running = step();
    await backend.started;
    const read = w.value;
    v.assign(100);
    go();
    await running;
    expect(await read.item()).toBe(2);
    expect(await w.value.item()).toBe(2);
    expect(await v.value.item()).toBe(100);
  });

  test('when a run fails, state it had a copy of is back, and the rest says so', async () => {
    const { backend, go } = paused(reference(), new Error('out of memory'));
    setBackend(backend);
    const [w, v] = [variable(zeros([2]).add(1)), variable(tensor([5, 5]))];
    const kept = w.value;
    const step = compile(() => {
      w.assign(w.value.add(1));
      v.assign(v.value.add(1));
    });
    go();
    await expect(step()).rejects.toThrow('out of memory');
    expect(await w.value.array()).toEqual([1, 1]);
    expect(await kept.array()).toEqual([1, 1]);
    expect(await v.value.array()).toEqual([5, 5]);
    // Now the step owns what it was given.
    backend.failure = null;
    await step();
    backend.failure = new Error('out of memory');
    await expect(step()).rejects.toThrow('out of memory');
    await expect(w.value.array()).rejects.toThrow('this value of a variable was lost');
    w.assign([3, 3]);
    backend.failure = null;
    v.assign([4, 4]);
    await step();
    expect(await w.value.array()).toEqual([4, 4]);
  });
});

describe('backends', () => {
  test('values of two backends do not mix', async () => {
    const here = await zeros([2]).add(1).realize();
    setBackend(reference());
    const there = await zeros([2]).add(1).realize();
    await expect(here.add(there).data()).rejects.toThrow(
      "one computation mixes values of two backends, 'reference' and 'reference'",
    );
    expect(await here.add(await there.to(backendOf(here))).array()).toEqual([2, 2]);
  });

  test('host data goes anywhere, stored values stay where they are', async () => {
    const host = tensor([1, 2]);
    const first = getBackend();
    const stored = await host.mul(2).realize();
    setBackend(reference());
    expect(await host.add(1).array()).toEqual([2, 3]);
    expect(backendOf(await stored.add(host).realize())).toBe(first);
  });

  test('variables follow a compiled step to its backend', async () => {
    const other = reference();
    const w = variable(zeros([2]).add(1));
    const moving = compile(() => w.assign(w.value.add(1)), { backend: other });
    const here = compile(() => w.assign(w.value.mul(10)));
    await here();
    await moving();
    await here();
    await moving();
    expect(await w.value.array()).toEqual([111, 111]);
  });

  test('a variable on one backend does not spoil a value asked for on another', async () => {
    const w = variable(await zeros([2]).add(1).realize());
    setBackend(reference());
    const x = await tensor([3]).mul(2).realize();
    w.assign(w.value.add(1));
    expect(await x.add(1).array()).toEqual([7]);
    expect(await w.value.array()).toEqual([2, 2]);
  });

  test('nor does one whose computation fails', async () => {
    const [w, x] = [variable(zeros([2])), tensor([1])];
    const disposed = await zeros([2]).add(1).realize();
    disposed[Symbol.dispose]();
    w.assign(disposed.add(1));
    expect(await x.add(1).array()).toEqual([2]);
    await expect(w.value.array()).rejects.toThrow('was disposed and cannot be read any more');
  });
});

function backendOf(x: Tensor): Backend {
  const { source } = x.node;
  if (source?.kind !== 'stored') throw new Error('not stored');
  return source.storage.backend;
}

test('fromData shares the array with variables only until a step', async () => {
  const data = Float32Array.of(1, 2);
  const w = variable(fromData(data));
  await compile(() => w.assign(w.value.add(1)))();
  expect([...data]).toEqual([1, 2]);
  expect(await w.value.array()).toEqual([2, 3]);
});

interface Paused extends Backend {
  /** Resolves once a step runs. */
  readonly started: Promise<void>;
  /** What the next step throws instead of running. */
  failure: Error | null;
}

/** A backend whose steps wait for `go`. */
function paused(inner: Backend, failure: Error | null = null): { backend: Paused; go: () => void } {
  let go = (): void => undefined;
  let start = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  type Held = Buffer & { readonly held: Buffer };
  const wrap = (held: Buffer): Held => ({ backend, spec: held.spec, bytes: held.bytes, held });
  const unwrap = (buffer: Buffer): Buffer => (buffer as Held).held;
  const backend: Paused = {
    ...inner,
    started,
    failure,
    upload: (data, spec) => wrap(inner.upload(data, spec)),
    download: (buffer) => inner.download(unwrap(buffer)),
    free: (buffer) => inner.free(unwrap(buffer)),
    compile: async (graph) => {
      const executable = await inner.compile(graph);
      return {
        run: async (buffers) => {
          if (graph.donated.length > 0) {
            start();
            await gate;
            if (backend.failure) throw backend.failure;
          }
          return (await executable.run(buffers.map(unwrap))).map(wrap);
        },
        dispose: () => executable.dispose(),
      };
    },
  };
  return { backend, go: () => go() };
}
