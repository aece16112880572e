import { reference } from '@nablajs/backend-reference';
import { compile, fromData, scalar, setBackend, type Tensor, tensor, variable, zeros } from '@nablajs/tensor';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

beforeEach(() => setBackend(reference()));
afterEach(() => vi.restoreAllMocks());

describe('what a compiled function takes and returns', () => {
  test('tensors, arrays and records of them, and anything else as it is', async () => {
    const f = compile((x: Tensor, { pair, factor }: { pair: readonly Tensor[]; factor: number }) => ({
      sum: x.add(pair[0]!).add(pair[1]!),
      nested: [x.mul(factor), { deep: x.neg() }] as const,
      note: 'a string',
      nothing: null,
    }));
    const result = await f(scalar(2), { pair: [scalar(3), scalar(4)], factor: 10 });
    expect(await result.sum.item()).toBe(9);
    expect(await result.nested[0].item()).toBe(20);
    expect(await result.nested[1].deep.item()).toBe(-2);
    expect([result.note, result.nothing]).toEqual(['a string', null]);
  });

  test('no tensors at all', async () => {
    expect(await compile(() => undefined)()).toBeUndefined();
    const constant = compile(() => tensor([1, 2]).mul(3));
    expect(await (await constant()).array()).toEqual([3, 6]);
    expect(await (await constant()).array()).toEqual([3, 6]);
  });

  test('an argument returned as it is, and one value twice, are tensors of their own', async () => {
    const f = compile((x: Tensor) => {
      const y = x.mul(2);
      return [x, y, y];
    });
    const x = tensor([1, 2]);
    const [a, b, c] = (await f(x)) as [Tensor, Tensor, Tensor];
    b[Symbol.dispose]();
    expect(await a.array()).toEqual([1, 2]);
    expect(await c.array()).toEqual([2, 4]);
    expect(await x.array()).toEqual([1, 2]);
  });

  test('one tensor for two parameters', async () => {
    const f = compile((a: Tensor, b: Tensor) => a.sub(b.mul(3)));
    const x = tensor([1, 2]);
    expect(await (await f(x, x)).array()).toEqual([-2, -4]);
    const y = await x.add(1).realize();
    expect(await (await f(y, y)).array()).toEqual([-4, -6]);
  });

  test('tensors from outside are captured, computed when they must be', async () => {
    const lazy = tensor([1, 2]).add(1);
    const f = compile((x: Tensor) => x.mul(lazy));
    expect(await (await f(tensor([10, 10]))).array()).toEqual([20, 30]);
    expect(await (await f(tensor([1, 1]))).array()).toEqual([2, 3]);
    expect(f.stats).toEqual({ traces: 1, runs: 2 });
  });

  test('values not yet computed as arguments', async () => {
    const f = compile((x: Tensor) => x.sum());
    expect(await (await f(tensor([1, 2]).mul(2))).item()).toBe(6);
    expect(f.stats.traces).toBe(1);
  });
});

describe('traces', () => {
  test('one per signature: shapes, dtypes and static values', async () => {
    const f = compile((x: Tensor, k: number) => x.mul(k));
    const calls: [Tensor, number, number][] = [
      [zeros([2]), 1, 1],
      [tensor([5, 6]), 1, 1],
      [zeros([3]), 1, 2],
      [zeros([2]), 2, 3],
      [zeros([2], 'int32'), 2, 4],
      [zeros([2]), 1, 4],
    ];
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    for (const [x, k, traces] of calls) {
      await f(x, k);
      expect(f.stats.traces).toBe(traces);
    }
    expect(f.stats.runs).toBe(calls.length);
  });

  test('empty containers, missing arguments and strings that look like others are told apart', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const seen: unknown[] = [];
    const f = compile((...args: unknown[]) => {
      seen.push(args);
    });
    const calls = [
      [],
      [[]],
      [{}],
      [undefined],
      [null],
      ['null'],
      ['a', 'b'],
      ['a> <b'],
      ['string "a"'],
      [0],
      [-0],
      ['0'],
    ];
    for (const args of calls) await f(...args);
    expect(f.stats.traces).toBe(calls.length);
    for (const args of calls) await f(...args);
    expect(f.stats.traces).toBe(calls.length);
    expect(seen).toEqual(calls);
  });

  test('variables are state: new values and new data never trace again', async () => {
    const w = variable(zeros([3]));
    const step = compile((x: Tensor) => {
      w.assign(w.value.add(x));
      return w.value.sum();
    });
    let sum = 0;
    for (let i = 0; i < 5; i++) sum = await (await step(fromData(Float32Array.of(i, i, i)))).item();
    expect(sum).toBe(30);
    w.assign([1, 1, 1]);
    expect(await (await step(zeros([3]))).item()).toBe(3);
    expect(step.stats).toEqual({ traces: 1, runs: 6 });
  });

  test('a guard decides by values outside the arguments', async () => {
    let training = true;
    const f = compile((x: Tensor) => (training ? x.mul(2) : x), { guard: () => [training] });
    expect(await (await f(scalar(3))).item()).toBe(6);
    training = false;
    expect(await (await f(scalar(3))).item()).toBe(3);
    training = true;
    expect(await (await f(scalar(4))).item()).toBe(8);
    expect(f.stats.traces).toBe(2);
  });

  test('prepare compiles without running', async () => {
    const w = variable(scalar(1));
    const step = compile((x: Tensor) => w.assign(w.value.add(x)));
    await step.prepare(scalar(1));
    expect(await w.value.item()).toBe(1);
    expect(step.stats).toEqual({ traces: 1, runs: 0 });
    await step(scalar(1));
    expect(await w.value.item()).toBe(2);
    expect(step.stats).toEqual({ traces: 1, runs: 1 });
  });

  test('a function that throws while it is traced can be called again', async () => {
    const w = variable(scalar(1));
    const f = compile((x: Tensor) => {
      w.assign(w.value.add(1));
      return x.matmul(x);
    });
    await expect(f(zeros([2, 3]))).rejects.toThrow('inner sizes differ');
    expect(await (await f(zeros([2, 2]))).data()).toEqual(new Float32Array(4));
    expect(await w.value.item()).toBe(2);
  });

  test('dispose frees the executables; a later call compiles again', async () => {
    const f = compile((x: Tensor) => x.add(1));
    await f(scalar(1));
    f.dispose();
    expect(await (await f(scalar(1))).item()).toBe(2);
    expect(f.stats.traces).toBe(2);
  });
});

describe('the warning against silent recompilation', () => {
  async function warningOf(f: (i: number) => Promise<unknown>): Promise<string> {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    for (let i = 0; i < 4; i++) await f(i);
    expect(warn).not.toHaveBeenCalled();
    for (let i = 4; i < 8; i++) await f(i);
    expect(warn).toHaveBeenCalledTimes(1);
    return String(warn.mock.calls[0]![0]);
  }

  test('a number that changes', async () => {
    const step = compile((x: Tensor, rate: number) => x.mul(rate), { name: 'step' });
    expect(await warningOf((i) => step(scalar(1), 0.1 * 0.5 ** i))).toBe(
      "compile 'step': traced 5 times, each a full compilation: argument [1] was number 0.0125 and became number 0.00625. " +
        'Pass numbers that change as tensors: scalar(0.1).',
    );
  });

  test('a shape that changes', async () => {
    const step = compile(({ x }: { x: Tensor }) => x.sum(), { name: 'step' });
    expect(await warningOf((i) => step({ x: zeros([i + 1, 2]) }))).toBe(
      "compile 'step': traced 5 times, each a full compilation: argument [0].x was float32[4, 2] and became float32[5, 2]. " +
        'Keep shapes the same from call to call, for example by padding the last batch or dropping it.',
    );
  });

  test('an object made anew', async () => {
    class Options {}
    const step = compile((x: Tensor, _: Options) => x, { name: 'step' });
    const text = await warningOf(() => step(scalar(1), new Options()));
    expect(text).toMatch(/argument \[1\] was object #\d+ and became object #\d+\. Pass the same object each time\.$/);
  });

  test('a guard', async () => {
    let epoch = 0;
    const step = compile((x: Tensor) => x, { name: 'step', guard: () => [epoch] });
    const text = await warningOf((i) => {
      epoch = i;
      return step(scalar(1));
    });
    expect(text).toContain('guard 0 was number 3 and became number 4.');
  });

  test('maxTraces makes it an error', async () => {
    const step = compile((x: Tensor) => x.sum(), { name: 'step', maxTraces: 2 });
    await step(zeros([1]));
    await step(zeros([2]));
    await expect(step(zeros([3]))).rejects.toThrow(
      "compile 'step': traced more than 2 times: argument [0] was float32[2] and became float32[3].",
    );
    await step(zeros([2]));
  });

  test('another backend', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const step = compile((x: Tensor) => x, { name: 'step' });
    for (let i = 0; i < 5; i++) {
      setBackend(reference());
      await step(zeros([1]));
    }
    expect(warn.mock.calls[0]![0]).toContain('the backend changed.');
  });
});

describe('calls in flight', () => {
  test('run one after the other, in the order they were asked for', async () => {
    const w = variable(scalar(1));
    const double = compile(() => w.assign(w.value.mul(2)));
    const addOne = compile(() => w.assign(w.value.add(1)));
    await Promise.all([double(), addOne(), double()]);
    expect(await w.value.item()).toBe(6);
  });

  test('a call that fails does not hold up the next', async () => {
    const f = compile((x: Tensor) => x.matmul(x));
    const [bad, good] = await Promise.allSettled([f(zeros([2, 3])), f(zeros([2, 2]))]);
    expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
  });
});

test('explain prints the graph with shapes, layers and what is updated in place', async () => {
  const w = variable(zeros([3, 2]), { name: 'kernel' });
  const step = compile(
    (x: Tensor) => {
      w.assign(w.value.mul(0.5));
      return x.matmul(w.value);
    },
    { name: 'half' },
  );
  expect(step.explain()).toBe('half: 0 traces, 0 runs');
  await step(zeros([4, 3]));
  expect(step.explain().split('\n')).toEqual([
    'half: 1 traces, 1 runs',
    '',
    '%0 = input float32[4, 3]  argument [0]',
    '%1 = input float32[3, 2]  kernel (updated in place)',
    '%2 = full() {dtype="float32" shape=[] value=0.5} float32[]',
    '%3 = mul(%1, %2) float32[3, 2]',
    '%4 = matmul(%0, %3) {transposeA=false transposeB=false} float32[4, 2]',
    'return %4, %3',
    expect.stringContaining('reference: 3 instructions'),
  ]);
});
