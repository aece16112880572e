// Inside a compiled function there are no values: every way to ask for one is an error with the user's line.
import { reference } from '@nablajs/backend-reference';
import {
  compile,
  getBackend,
  realize,
  scalar,
  setBackend,
  type Tensor,
  TraceError,
  tensor,
  variable,
  zeros,
} from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

const x = tensor([1, 2]);

async function errorOf(f: () => unknown): Promise<Error> {
  try {
    await f();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('reading a value', () => {
  test.each([
    ['data', (y: Tensor) => void y.data()],
    ['array', (y: Tensor) => void y.array()],
    ['item', (y: Tensor) => void y.sum().item()],
    ['realize', (y: Tensor) => void y.realize()],
    ['detach', (y: Tensor) => void y.detach()],
    ['to', (y: Tensor) => void y.to(getBackend())],
    ['realize(...)', (y: Tensor) => void realize(y)],
    ['data of a tensor from outside', () => void x.data()],
  ])('%s throws at the line, awaited or not', async (_, read) => {
    const error = await errorOf(() => compile(read, { name: 'step' })(x));
    expect(error).toBeInstanceOf(TraceError);
    expect(error.message).toContain("a value was read inside the compiled function 'step'");
    expect(error.message).toMatch(/trace-errors\.test\.ts:\d+:\d+$/);
  });

  test('an async function is refused', async () => {
    const error = await errorOf(() => compile(async (y: Tensor) => y.data(), { name: 'step' })(x));
    expect(error).toBeInstanceOf(TraceError);
    expect(error.message).toContain("compiled function 'step' is async");
  });

  test('a tensor as a condition or number', async () => {
    const number = await errorOf(() => compile((y: Tensor) => y.mul(Number(y.sum())))(x));
    expect(number.message).toContain('Use where(condition, a, b)');
    const compared = await errorOf(() => compile((y: Tensor) => ((y.sum() as never) > 0 ? y : y.neg()))(x));
    expect(compared.message).toContain('a tensor (float32[]) was used as a number or condition');
    // Outside of compiled functions too.
    expect(() => Number(x)).toThrow('await x.item()');
  });
});

describe('a tensor that leaves the function by a side door', () => {
  let leaked: Tensor = x;
  const leak = async (): Promise<Tensor> => {
    await compile(
      (y: Tensor) => {
        leaked = y.mul(2);
        return y;
      },
      { name: 'inner' },
    )(x);
    return leaked;
  };

  test('cannot be read', async () => {
    const y = await leak();
    const error = await errorOf(() => y.data());
    expect(error).toBeInstanceOf(TraceError);
    expect(error.message).toContain("a tensor made inside the compiled function 'inner' was read outside of it");
  });

  test('cannot be an operand', async () => {
    const y = await leak();
    const error = await errorOf(() => y.add(1));
    expect(error.message).toContain("add: one operand was made inside the compiled function 'inner'");
    // Both lines: where it was made, and where it was used.
    expect(error.message.match(/trace-errors\.test\.ts:\d+:\d+/g)).toHaveLength(2);
  });

  test('cannot be an operand in another compiled function', async () => {
    const y = await leak();
    const error = await errorOf(() => compile((z: Tensor) => z.add(y), { name: 'outer' })(x));
    expect(error.message).toContain("made inside the compiled function 'inner'");
  });

  test('cannot be captured, returned or passed as it is', async () => {
    const y = await leak();
    const returned = await errorOf(() => compile(() => y)());
    const passed = await errorOf(() => compile((z: Tensor) => z.add(1))(y));
    for (const error of [returned, passed]) {
      expect(error).toBeInstanceOf(TraceError);
      expect(error.message).toContain("compiled function 'inner' was used after that function ended");
    }
  });

  test('cannot be assigned to a variable', async () => {
    const w = variable(zeros([2]), { name: 'w' });
    const y = await leak();
    expect(() => w.assign(y)).toThrow("variable 'w': the value was made inside the compiled function 'inner'");
    expect(await w.value.array()).toEqual([0, 0]);
  });
});

test('a variable cannot start with a traced value, but may be made inside by a function', async () => {
  const wrong = compile((y: Tensor) => void variable(y.mul(2), { name: 'w' }), { name: 'step' });
  const error = await errorOf(() => wrong(x));
  expect(error).toBeInstanceOf(TraceError);
  expect(error.message).toContain("variable 'w': its initial value was computed inside the compiled function 'step'");

  let w: ReturnType<typeof variable> | null = null;
  const right = compile((y: Tensor) => {
    w ??= variable(() => zeros([2]).add(1));
    w.assign(w.value.add(y));
    return w.value;
  });
  expect(await (await right(x)).array()).toEqual([2, 3]);
  expect(await (await right(x)).array()).toEqual([3, 5]);
  expect(right.stats.traces).toBe(1);
});

test('a compiled function inside another is refused', async () => {
  const inner = compile((y: Tensor) => y, { name: 'inner' });
  const outer = compile((y: Tensor) => void inner(y), { name: 'outer' });
  const error = await errorOf(() => outer(x));
  expect(error.message).toContain("compiled function 'inner' was called inside the compiled function 'outer'");
});

test('errors of ops carry the line inside the traced function', async () => {
  const error = await errorOf(() => compile((y: Tensor) => y.matmul(zeros([3, 3])))(x));
  expect(error.message).toMatch(/trace-errors\.test\.ts:\d+:\d+$/);
});

test('after a failed trace the world is outside again', async () => {
  await errorOf(() => compile((y: Tensor) => y.matmul(scalar(1)))(x));
  expect(await x.add(1).array()).toEqual([2, 3]);
});
