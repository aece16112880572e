import { tfjs } from '@nablajs/backend-tfjs';
import { setBackend, tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';

test('a product on webgl', async () => {
  setBackend(await tfjs({ engine: 'webgl' }));
  const y = tensor([
    [1, 2],
    [3, 4],
  ]).matmul(
    tensor([
      [1, 1],
      [1, -1],
    ]),
  );
  expect(await y.array()).toEqual([
    [3, -1],
    [7, -1],
  ]);
  expect(crossOriginIsolated).toBe(true);
});
