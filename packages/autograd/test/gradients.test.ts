import { gradients, stopGradient } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  compile,
  defineOp,
  full,
  GradientError,
  inScope,
  scalar,
  setBackend,
  type Tensor,
  tensor,
  variable,
  zeros,
} from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

describe('the course', () => {
  test('backpropagation through L = w3 (w1 + w2) at (-2, 5, -4): gradient (-4, -4, 3)', async () => {
    const [w1, w2, w3] = [-2, 5, -4].map((w) => variable(scalar(w))) as [
      ReturnType<typeof variable>,
      ReturnType<typeof variable>,
      ReturnType<typeof variable>,
    ];
    const z = w1.value.add(w2.value);
    const loss = w3.value.mul(z);
    const found = gradients(loss, [w1, w2, w3, z]);
    expect(await Promise.all(found.map((g) => g.item()))).toEqual([-4, -4, 3, -4]);
    expect(await loss.item()).toBe(-12);
    // One step with learning rate 1 leads to (2, 9, -7), where L = -77.
    for (const [i, w] of [w1, w2, w3].entries()) w.assign(w.value.sub(found[i]!));
    expect(await Promise.all([w1, w2, w3].map((w) => w.value.item()))).toEqual([2, 9, -7]);
    expect(await w3.value.mul(w1.value.add(w2.value)).item()).toBe(-77);
  });

  test('the circuit of a sigmoid neuron, w = (2, -3, -3), x = (-1, -2)', async () => {
    const w = tensor([2, -3, -3]);
    const x = tensor([-1, -2]);
    const dot = w
      .slice([0], [2])
      .mul(x)
      .sum()
      .add(w.slice([2]).sum());
    const f = dot.sigmoid();
    const [dw, dx, ddot] = gradients(f, [w, x, dot]) as [Tensor, Tensor, Tensor];
    expect(await dot.item()).toBe(1);
    expect(await f.item()).toBeCloseTo(0.731059, 6);
    expect(await ddot.item()).toBeCloseTo(0.196612, 6);
    const close = (found: ArrayLike<number>, expected: readonly number[]): void =>
      expected.forEach((value, i) => {
        expect(found[i]).toBeCloseTo(value, 6);
      });
    close(await dw.data(), [-0.196612, -0.393224, 0.196612]);
    close(await dx.data(), [0.393224, -0.589836]);
  });
});

describe('paths', () => {
  test('a value used twice receives both gradients', async () => {
    const x = scalar(3);
    expect(await gradients(x.mul(x).add(x), [x])[0]!.item()).toBe(7);
  });

  test('intermediate values and the loss itself may be targets', async () => {
    const x = scalar(3);
    const y = x.square();
    const loss = y.mul(2);
    const found = gradients(loss, [loss, y, x]);
    expect(await Promise.all(found.map((g) => g.item()))).toEqual([1, 2, 12]);
  });

  test('zeros of the right spec where there is no path', async () => {
    const [x, other] = [scalar(3), zeros([2, 3])];
    const [found] = gradients(x.mul(2), [other]);
    expect(found!.spec).toEqual(other.spec);
    expect([...(await found!.data())]).toEqual(new Array(6).fill(0));
  });

  test('integers and comparisons let nothing through, floats beside them everything', async () => {
    const x = tensor([1.5, -2]);
    const loss = x.mul(x.cast('int32').cast('float32')).sum();
    expect(await gradients(loss, [x])[0]!.array()).toEqual([1, -2]);
  });

  test('a gradient has the spec of its target under broadcasting', async () => {
    const shapes = [[], [1], [4], [3, 1], [1, 4], [3, 4]];
    for (const a of shapes) {
      for (const b of shapes) {
        const [x, y] = [full(a, 2), full(b, 3)];
        const found = gradients(x.mul(y).sum(), [x, y]);
        expect(found.map(({ shape }) => shape)).toEqual([a, b]);
        const size = x.mul(y).size;
        expect((await found[0]!.sum().item()) + (await found[1]!.sum().item())).toBe(5 * size);
      }
    }
  });

  test('gradients of a compiled step are those of the same code outside', async () => {
    const w = variable(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    const x = tensor([[0.5, -1]]);
    const slope = (input: Tensor): Tensor => gradients(input.matmul(w.value).tanh().sum(), [w])[0]!;
    const [inside, outside] = [await compile(slope)(x), slope(x)];
    expect(await inside.array()).toEqual(await outside.array());
  });
});

describe('composite ops without a gradient of their own', () => {
  const mix = defineOp({
    name: 'test/mix',
    infer: ([a]) => a!,
    decompose: ([a, b]) => a!.mul(b!).add(a!.square()),
    samples: [],
  });

  test('are differentiated through their meaning', async () => {
    const [a, b] = [scalar(3), scalar(5)];
    const found = gradients(mix([a, b], {}), [a, b]);
    expect(await Promise.all(found.map((g) => g.item()))).toEqual([5 + 6, 3]);
  });

  test('one operand twice', async () => {
    const a = scalar(3);
    expect(await gradients(mix([a, a], {}), [a])[0]!.item()).toBe(4 * 3);
  });

  test('an operand that depends on the other is counted once', async () => {
    // mix(a, a^2) = a^3 + a^2
    const a = scalar(3);
    expect(await gradients(mix([a, a.square()], {}), [a])[0]!.item()).toBe(3 * 9 + 2 * 3);
    // mix(a^2, a) = a^3 + a^4
    expect(await gradients(mix([a.square(), a], {}), [a])[0]!.item()).toBe(3 * 9 + 4 * 27);
  });

  test('a meaning that is the operand itself, or ignores one', async () => {
    const same = defineOp({ name: 'test/same', infer: ([a]) => a!, decompose: ([a]) => a!, samples: [] });
    const [a, b] = [scalar(3), scalar(5)];
    expect(await gradients(same([a.square()], {}), [a])[0]!.item()).toBe(6);
    expect(await gradients(same([a, b], {}), [b])[0]!.item()).toBe(0);
  });
});

describe('errors', () => {
  test('what is no float scalar', () => {
    expect(() => gradients(zeros([2]), [])).toThrow(GradientError);
    expect(() => gradients(zeros([2]), [])).toThrow('needs a float scalar to differentiate, got float32[2]');
    expect(() => gradients(scalar(1, 'int32'), [])).toThrow('got int32[]');
    expect(gradients(zeros([1, 1]), [])).toEqual([]);
  });

  test('an op without gradient is named, with layer and line', () => {
    const opaque = defineOp({
      name: 'acme/opaque',
      infer: ([a]) => a!,
      reference: ({ inputs }) => inputs[0]!.slice(),
      samples: [],
    });
    const x = scalar(1);
    const y = inScope('"magic" (Magic)', () => opaque([x], {}));
    let error: GradientError | null = null;
    try {
      gradients(y, [x]);
    } catch (caught) {
      error = caught as GradientError;
    }
    expect(error).toBeInstanceOf(GradientError);
    expect(error!.op).toBe('acme/opaque');
    expect(error!.message).toMatch(/^in "magic" \(Magic\): 'acme\/opaque' has no gradient/);
    expect(error!.site).toMatch(/gradients\.test\.ts:\d+:\d+$/);
    // Off the path it does not matter.
    expect(() => gradients(x.add(opaque([scalar(2)], {})), [x])).not.toThrow();
  });

  test('a vjp that returns another spec is named', () => {
    const wrong = defineOp({
      name: 'acme/wrong',
      infer: ([a]) => a!,
      vjp: ({ dy }) => [dy.sum()],
      reference: ({ inputs }) => inputs[0]!.slice(),
      samples: [],
    });
    const x = zeros([2]);
    expect(() => gradients(wrong([x], {}).sum(), [x])).toThrow(
      "the vjp of 'acme/wrong' returned float32[] for an input that is float32[2]",
    );
  });
});

describe('values computed before their gradient', () => {
  test('a loss that was read names the line that read it', async () => {
    const x = tensor([1, 2]);
    const loss = x.square().sum();
    await loss.item();
    expect(() => gradients(loss, [x])).toThrow(
      /a value on the way \(float32\[\]\) was computed at .*gradients\.test\.ts:\d+:\d+ before its gradient was taken/,
    );
  });

  test('an intermediate value that was read', async () => {
    const x = tensor([1, 2]);
    const y = x.square();
    await y.data();
    expect(() => gradients(y.sum(), [x])).toThrow(GradientError);
    // Its own gradient is there.
    expect(await gradients(y.square().sum(), [y])[0]!.array()).toEqual([2, 8]);
    // Beside a path through it, the path that is left would be half the truth.
    expect(() => gradients(y.mul(x).sum(), [x, y])).toThrow(GradientError);
  });

  test('several computations back', async () => {
    const x = tensor([1, 2]);
    let y = x.square();
    for (let i = 0; i < 5; i++) {
      await y.data();
      y = y.mul(2);
    }
    await y.data();
    expect(() => gradients(y.sum(), [x])).toThrow(GradientError);
  });

  test('values that do not rest on a target are no obstacle', async () => {
    const [x, data] = [tensor([1, 2]), tensor([3, 4]).mul(2)];
    await data.data();
    expect(await gradients(x.mul(data).sum(), [x])[0]!.array()).toEqual([6, 8]);
    const unused = tensor([5]);
    expect(await gradients(x.mul(data).sum(), [unused])[0]!.array()).toEqual([0]);
  });

  test('values computed together with others keep apart what they rest on', async () => {
    const { realize } = await import('@nablajs/tensor');
    const [x, other] = [tensor([1, 2]), tensor([3, 4])];
    const [a, b] = [x.mul(2), other.mul(2)];
    await realize(a, b);
    expect(await gradients(x.mul(b).sum(), [x])[0]!.array()).toEqual([6, 8]);
    expect(() => gradients(x.mul(a).sum(), [x])).toThrow(GradientError);
  });

  test('where no gradient would flow, a value may have been read', async () => {
    const x = tensor([1, 2]);
    const target = x.mul(10);
    await target.data();
    expect(await gradients(x.mul(stopGradient(target)).sum(), [x])[0]!.array()).toEqual([10, 20]);
    expect(await gradients(x.mul(target.greater(15).cast('float32')).sum(), [x])[0]!.array()).toEqual([0, 1]);
  });

  test('a loop by hand, with variables, reads what it likes after the gradients', async () => {
    const w = variable(tensor([4, -2]));
    let last = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 20; i++) {
      const loss = w.value.square().sum();
      const [dw] = gradients(loss, [w]);
      w.assign(w.value.sub(dw!.mul(0.25)));
      const now = await loss.item();
      expect(now).toBeLessThan(last);
      last = now;
    }
    expect(await w.value.data()).toEqual(Float32Array.of(4 * 0.5 ** 20, -2 * 0.5 ** 20));
  });

  test('two networks trained in turn, each on what the other gave', async () => {
    // As in adversarial training: b was updated from a, and is a constant to a afterwards.
    const [a, b] = [variable(scalar(1)), variable(scalar(1))];
    for (let i = 0; i < 3; i++) {
      const [db] = gradients(a.value.mul(b.value).square(), [b]);
      b.assign(b.value.sub(db!.mul(0.1)));
      if (i === 1) await b.value.item();
      const before = [await a.value.item(), await b.value.item()] as const;
      const [da] = gradients(a.value.mul(b.value).square(), [a]);
      expect(await da!.item()).toBeCloseTo(2 * before[0] * before[1] ** 2, 5);
      a.assign(a.value.sub(da!.mul(0.1)));
    }
  });
});
