import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { compile, fromData, logSoftmax, maxPool, softmax, type Tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';

const SHAPE = [2, 12, 6, 5];
const ROOM = SHAPE.reduce((a, b) => a * b, 4);
/** Few different numbers, so that windows tie. */
const X = fromData(
  Float32Array.from({ length: ROOM / 4 }, (_, i) => ((i * 7919) % 23) / 8 - 1.4),
  SHAPE,
);
const DY = fromData(
  Float32Array.from({ length: ROOM / 4 }, (_, i) => ((i * 104729) % 1013) / 1013),
  SHAPE,
);

/** The gradient of a max pool of what a loop computes. */
function poolSlope(x: Tensor, window: number): readonly [Tensor, Tensor] {
  const inner = x.mul(1.5).sub(0.25).square();
  const y = maxPool(inner, { window });
  const [slope] = gradients(y.mul(y).sum(), [inner]) as [Tensor];
  return [inner, slope];
}

const CASES: Readonly<Record<string, (x: Tensor, dy: Tensor) => Tensor[]>> = {
  'windows of two by two': (x) => [poolSlope(x, 2)[1]],
  'windows of three by three': (x) => [poolSlope(x, 3)[1]],
  'a pool whose input is needed later': (x) => {
    const [inner, slope] = poolSlope(x, 2);
    return [slope, inner.mul(slope).sum([1, 2])];
  },
  'a pool whose input is a result too': (x) => [...poolSlope(x, 2)],
  'a pool that gets part of its input as gradient': (x) => {
    const inner = x.exp();
    const [slope] = gradients(
      maxPool(inner, { window: 2 })
        .mul(inner.slice([0, 0, 0, 0], [2, 6, 3, 5]))
        .sum(),
      [inner],
    );
    return [slope!];
  },
  softmax: (x) => [softmax(x.mul(3))],
  'logarithm of softmax': (x) => [logSoftmax(x.mul(3))],
  'gradients of cross-entropy': (x, dy) => {
    const scores = x.mul(3);
    return gradients(logSoftmax(scores).mul(dy).sum(3).mean(), [scores]);
  },
};

test.each(Object.keys(CASES))('results may lie where operands were read for the last time: %s', async (name) => {
  const run = async (backend: Awaited<ReturnType<typeof cpu>> | ReturnType<typeof reference>): Promise<number[][]> => {
    const results = await compile((x: Tensor, dy: Tensor) => CASES[name]!(x, dy), { backend })(X, DY);
    return Promise.all(results.map(async (result) => Array.from(await result.data())));
  };
  const [found, truth] = [await run(await cpu()), await run(reference())];
  truth.forEach((values, i) => {
    const scale = Math.max(1, ...values.map(Math.abs));
    expect(Math.max(...values.map((value, j) => Math.abs(value - found[i]![j]!))) / scale).toBeLessThan(2e-6);
  });
});

test('the gradient of a pool takes no memory beside its input', async () => {
  const step = compile((x: Tensor) => poolSlope(x, 2)[1].mul(DY).sum([0, 1, 2]), { backend: await cpu() });
  await step(X);
  const bytes = Number(/arena (\d+) bytes/.exec(step.explain())![1]);
  // The input, and a quarter of it twice: what was pooled, and its gradient.
  expect(bytes).toBeLessThan(ROOM * 1.75);
});
