import { checkGradients, customGradient } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { ConfigError, fromData, GradientError, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

const wrong = customGradient((x: Tensor) => ({ value: x.square(), gradient: (dy) => [dy.mul(x).mul(2.01)] }));

test('a right gradient passes, a slightly wrong one is told by element and numbers', async () => {
  await checkGradients((x) => x!.square(), [tensor([1, 2])]);
  const check = checkGradients((x) => wrong(x!), [tensor([0, 5])]);
  await expect(check).rejects.toThrow(GradientError);
  await expect(check).rejects.toThrow(
    /input 0 \(float32\[2\]\), element 1: the gradient is [\d.]+, finite differences give [\d.]+\./,
  );
  await checkGradients((x) => wrong(x!), [tensor([0, 5])], { tolerance: 1e-2 });
});

test('integer inputs are left alone; without float inputs there is nothing to check', async () => {
  const index = tensor([1, 0], 'int32');
  const { gather } = await import('@nablajs/tensor');
  await checkGradients(
    (x, i) => gather(x!, i!),
    [
      tensor([
        [1, 2],
        [3, 4],
      ]),
      index,
    ],
  );
  await expect(checkGradients((i) => i!.cast('float32'), [index])).rejects.toThrow(ConfigError);
});

test('large values and large sums, where float32 would drown the difference', async () => {
  await checkGradients((x) => x!.mul(x!).add(1e5), [tensor([1000, 2000, -3000])], { tolerance: 1e-4 });
});

test('float64 inputs', async () => {
  await checkGradients((x) => x!.exp().mul(x!), [fromData(Float64Array.of(0.5, -1))]);
});

test('a gradient that is not a number fails', async () => {
  await expect(checkGradients((x) => x!.sqrt(), [tensor([0])])).rejects.toThrow(GradientError);
});
