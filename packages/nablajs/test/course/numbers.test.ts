// The worked numbers of a first course in deep learning, each computed by hand there and checked here on two backends.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import {
  avgPool,
  type Backend,
  CategoricalCrossentropy,
  compile,
  conv2d,
  elu,
  fromData,
  gradients,
  leakyRelu,
  MeanAbsoluteError,
  MeanSquaredError,
  maxPool,
  relu,
  SGD,
  setBackend,
  sigmoid,
  silu,
  type Tensor,
  tanh,
  tensor,
  variable,
} from 'nablajs';
import { beforeAll, describe, expect, test } from 'vitest';

const backends: [string, () => Promise<Backend>][] = [
  ['reference', async () => reference()],
  ['cpu', () => cpu()],
];

async function close(actual: Tensor, expected: readonly number[], digits = 5): Promise<void> {
  const values = Array.from(await actual.data());
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, digits);
}

describe.each(backends)('the course on %s', (_, make) => {
  beforeAll(async () => setBackend(await make()));

  test('softmax of watermelon 5, orange 2, apple 1', async () => {
    // e^5 / (e^5 + e^2 + e^1) and so on; the slide rounds to 0.936, 0.047, 0.017.
    await close(tensor([5, 2, 1]).softmax(), [0.93624, 0.046613, 0.017148]);
    await close(tensor([1000, 0, 0]).softmax(), [1, 0, 0]);
  });

  test('activations at -2, -1, 0, 1, 2', async () => {
    const x = tensor([-2, -1, 0, 1, 2]);
    await close(sigmoid(x), [0.119203, 0.268941, 0.5, 0.731059, 0.880797]);
    await close(tanh(x), [-0.964028, -0.761594, 0, 0.761594, 0.964028]);
    await close(relu(x), [0, 0, 0, 1, 2]);
    await close(leakyRelu(x, 0.1), [-0.2, -0.1, 0, 1, 2]);
    await close(elu(x), [-0.864665, -0.632121, 0, 1, 2]);
    await close(silu(x), [-0.238406, -0.268941, 0, 0.731059, 1.761594]);
  });

  test('cross-entropy is in natural logarithms; the slides print it in base 10', async () => {
    const loss = new CategoricalCrossentropy();
    const truth = tensor([[1, 0, 0]]);
    const first = await loss.apply(truth, tensor([[0.7, 0.1, 0.2]])).item();
    const second = await loss.apply(truth, tensor([[0.9, 0.1, 0]])).item();
    expect(first).toBeCloseTo(0.356675, 6);
    expect(second).toBeCloseTo(0.105361, 6);
    expect(first / Math.LN10).toBeCloseTo(0.1549, 4);
    expect(second / Math.LN10).toBeCloseTo(0.0458, 4);
  });

  test('mean squared and mean absolute error', async () => {
    // ((1-2)^2 + (2-2)^2 + (3-5)^2) / 3 and (1 + 0 + 2) / 3
    const truth = tensor([[1, 2, 3]]);
    const guess = tensor([[2, 2, 5]]);
    expect(await new MeanSquaredError().apply(truth, guess).item()).toBeCloseTo(5 / 3, 6);
    expect(await new MeanAbsoluteError().apply(truth, guess).item()).toBeCloseTo(1, 6);
  });

  test.each([
    [-2, 0.5, [0, 0, 0]],
    [2, 0.5, [0, 0, 0]],
    [2, 0.25, [1, 0.5, 0.25, 0.125, 0.0625]],
    [2, 1, [-2, 2, -2, 2, -2]],
  ])('gradient descent on w^2 from %d with step %d', async (start, rate, trace) => {
    const w = variable(start);
    const sgd = new SGD({ learningRate: rate });
    sgd.build([w]);
    const step = compile(() => {
      sgd.apply([w], gradients(w.value.square(), [w]));
      return w.value;
    });
    for (const expected of trace) expect(await (await step()).item()).toBeCloseTo(expected, 6);
  });

  test('backpropagation through L = w3 (w1 + w2), and the updates that run away', async () => {
    const w = variable([-2, 5, -4]);
    const sgd = new SGD({ learningRate: 1 });
    sgd.build([w]);
    const step = compile(() => {
      const pick = (i: number): Tensor => w.value.slice([i], [1]).reshape([]);
      const loss = pick(2).mul(pick(0).add(pick(1)));
      const [gradient] = gradients(loss, [w]);
      sgd.apply([w], [gradient!]);
      return { loss, gradient: gradient!, w: w.value };
    });
    // The loss is unbounded below: each step makes it worse to stop here.
    const expected = [
      { loss: -12, gradient: [-4, -4, 3], w: [2, 9, -7] },
      { loss: -77, gradient: [-7, -7, 11], w: [9, 16, -18] },
      { loss: -450, gradient: [-18, -18, 25], w: [27, 34, -43] },
    ];
    for (const { loss, gradient, w: next } of expected) {
      const result = await step();
      expect(await result.loss.item()).toBe(loss);
      await close(result.gradient, gradient);
      await close(result.w, next);
    }
    const last = await step();
    expect(await last.loss.item()).toBe(-2623);
  });

  test('the sigmoid neuron as a circuit', async () => {
    const w = tensor([2, -3, -3]);
    const x = tensor([-1, -2]);
    const dot = w
      .slice([0], [2])
      .mul(x)
      .sum()
      .add(w.slice([2], [1]).reshape([]));
    const f = dot.sigmoid();
    const [dw, dx, ddot] = gradients(f, [w, x, dot]);
    expect(await dot.array()).toBe(1);
    await close(f, [0.731059]);
    await close(ddot!, [0.196612]);
    await close(dw!, [-0.196612, -0.393224, 0.196612]);
    await close(dx!, [0.393224, -0.589836]);
  });

  const image = [0, 2, 1, 1, 0, 0, 1, 1, 1, 0, -3, -1, 1, 0, 1, 0, 6, 0, 0, 1, 0, 4, 1, 7, 0];
  const plus = [0, 1, 0, 1, 1, 1, 0, 1, 0];
  const asImage = (): Tensor => fromData(Float32Array.from(image), [1, 5, 5, 1]);
  const asKernel = (values: readonly number[], size: number): Tensor =>
    fromData(Float32Array.from(values), [size, size, 1, 1]);

  test('the 5x5 convolution, without and with padding, and the gradient of its kernel', async () => {
    const h = asKernel(plus, 3);
    const valid = conv2d(asImage(), h);
    await close(valid, [3, 5, 3, 4, 1, 3, 9, 8, 8]);
    await close(
      conv2d(asImage(), h, { padding: 'same' }),
      [2, 4, 5, 3, 1, -2, 3, 5, 3, 2, -4, 4, 1, 3, 2, 3, 9, 8, 8, 2, 4, 11, 12, 8, 8],
    );
    const [dh] = gradients(conv2d(asImage(), h).sum(), [h]);
    await close(dh!, [2, 7, 6, 5, 9, 5, 8, 18, 11]);
  });

  test('edge kernels: layers correlate, so a true convolution has the other sign', async () => {
    const vertical = conv2d(asImage(), asKernel([-1, 1, -1, 1], 2));
    await close(vertical, [3, -1, 0, -2, 3, 2, -1, 0, 8, -4, -1, 2, 10, -9, 6, -6]);
    const horizontal = conv2d(asImage(), asKernel([-1, -1, 1, 1], 2));
    await close(horizontal, [-1, -1, 0, 0, -5, -2, -1, 0, 10, 6, -1, 0, -2, -1, 8, 6]);
    const flipped = conv2d(asImage(), asKernel([1, -1, 1, -1], 2));
    await close(flipped.add(vertical), new Array(16).fill(0));
  });

  test('pooling 2x2', async () => {
    await close(maxPool(asImage(), { window: 2 }), [2, 1, 6, 1]);
    await close(avgPool(asImage(), { window: 2 }), [0.75, 1, 0.5, 0.25]);
  });

  test('batch normalization of three samples', async () => {
    const x = tensor([
      [1, 2],
      [3, 6],
      [5, 10],
    ]);
    await close(x.mean(0), [3, 6]);
    await close(x.variance(0), [2.666667, 10.666667]);
    const normal = x.sub(x.mean(0)).div(x.variance(0).add(1e-3).sqrt());
    await close(normal.slice([0, 0], [1, 2]), [-1.224515, -1.224687]);
  });

  test('factors of 0.05 vanish and factors of 15 explode over five layers', async () => {
    const chain = (factor: number): Tensor => {
      const x = tensor([1]);
      const y = [1, 2, 3, 4, 5].reduce((value) => value.mul(factor), x);
      return gradients(y.sum(), [x])[0]!;
    };
    expect(await chain(0.05).item()).toBeCloseTo(3.125e-7, 12);
    expect(await chain(15).item()).toBe(759375);
  });
});
