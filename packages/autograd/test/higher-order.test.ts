// Gradients are graphs like any other, so they have gradients.
import { checkGradients, grad, gradients, hessian, jacobian } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { randomUniform, scalar, setBackend, setSeed, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

test('derivatives of x^5 up to the sixth', async () => {
  let f = (x: Tensor): Tensor => x.pow(5);
  const expected = [32, 80, 160, 240, 240, 120, 0];
  for (const value of expected) {
    expect(await f(scalar(2)).item()).toBeCloseTo(value, 3);
    f = grad(f);
  }
});

test('derivatives of sin come round', async () => {
  let f = (x: Tensor): Tensor => x.sin();
  for (const truth of [Math.sin, Math.cos, (x: number) => -Math.sin(x), (x: number) => -Math.cos(x), Math.sin]) {
    expect(await f(scalar(0.7)).item()).toBeCloseTo(truth(0.7), 6);
    f = grad(f);
  }
});

/** A network of two inputs, three hidden units, one output, its 13 weights in one vector. */
function network(input: Tensor): (weights: Tensor) => Tensor {
  return (weights) => {
    const w1 = weights.slice([0], [6]).reshape([2, 3]);
    const b1 = weights.slice([6], [3]);
    const w2 = weights.slice([9], [3]).reshape([3, 1]);
    const h = input.cast(weights.dtype).matmul(w1).add(b1).tanh();
    return h
      .matmul(w2)
      .add(weights.slice([12], [1]))
      .sigmoid()
      .sub(0.3)
      .square()
      .mean();
  };
}

const input = tensor([
  [0.5, -1],
  [1.5, 0.25],
  [-0.75, 1],
]);

test('the hessian of a small network: symmetric, and the finite differences of its gradient', async () => {
  setSeed(2);
  const loss = network(input);
  const weights = randomUniform([13], { minval: -1, maxval: 1 });
  const values = await weights.data();
  const at = tensor([...values]);
  const h = (await hessian(loss)(at).array()) as number[][];
  const slope = async (moved: Float64Array): Promise<number[]> => {
    const { fromData } = await import('@nablajs/tensor');
    const point = fromData(moved, [13]);
    return [...(await gradients(loss(point), [point])[0]!.data())];
  };
  const step = 1e-5;
  for (let i = 0; i < 13; i++) {
    const move = (sign: number): Float64Array => Float64Array.from(values, (w, k) => (k === i ? w + sign * step : w));
    const [high, low] = [await slope(move(1)), await slope(move(-1))];
    for (let j = 0; j < 13; j++) {
      expect(Math.abs(h[i]![j]! - (high[j]! - low[j]!) / (2 * step))).toBeLessThan(1e-6);
      expect(Math.abs(h[i]![j]! - h[j]![i]!)).toBeLessThan(1e-6);
    }
  }
});

test('the hessian of a quadratic form is its matrix', async () => {
  const a = tensor([
    [2, 1],
    [1, 6],
  ]);
  const f = (x: Tensor): Tensor => x.matmul(a).mul(x).sum().mul(0.5);
  expect(await hessian(f)(tensor([3, -1])).array()).toEqual([
    [2, 1],
    [1, 6],
  ]);
});

test('a gradient penalty trains: the gradient of a gradient norm', async () => {
  await checkGradients(
    (x, w) => {
      const [dx] = gradients(x!.matmul(w!).tanh().sum(), [x!]);
      return dx!.square().sum().add(1e-3).sqrt().sub(1).square();
    },
    [
      input,
      tensor([
        [0.5, -0.2],
        [0.1, 0.9],
      ]),
    ],
  );
});

test('gradients through convolution and pooling have gradients', async () => {
  const { conv2d, maxPool, avgPool } = await import('@nablajs/tensor');
  setSeed(4);
  const [image, kernel] = [randomUniform([1, 5, 5, 2]), randomUniform([2, 2, 2, 2])];
  await checkGradients(
    (x, w) => {
      const y = avgPool(maxPool(conv2d(x!, w!, { padding: 'same' }).tanh(), { window: 2, strides: 1 }), { window: 2 });
      const found = gradients(y.square().sum(), [x!, w!]);
      return found[0]!.square().sum().add(found[1]!.sin().sum());
    },
    [image, kernel],
  );
});

test('the jacobian of a linear map is its matrix, whatever the shapes', async () => {
  const a = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(await jacobian((x) => a.matmul(x))(tensor([7, 8])).array()).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const j = jacobian((x) => x.transpose())(
    tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  );
  expect(j.shape).toEqual([3, 2, 2, 3]);
  const flat = (await j.reshape([6, 6]).array()) as number[][];
  // A permutation matrix: element (i, j) of the transpose is element (j, i).
  expect(flat.map((row) => row.indexOf(1))).toEqual([0, 3, 1, 4, 2, 5]);
  expect(flat.flat().reduce((sum, x) => sum + x)).toBe(6);
});

test('jacobians of nothing and of scalars', async () => {
  const { zeros } = await import('@nablajs/tensor');
  expect(jacobian((x) => x.slice([0], [0]))(tensor([1, 2])).shape).toEqual([0, 2]);
  expect(await jacobian((x) => x.square().sum())(tensor([1, 2])).array()).toEqual([2, 4]);
  expect(jacobian((x) => x.mul(2))(zeros([0])).shape).toEqual([0, 0]);
});
