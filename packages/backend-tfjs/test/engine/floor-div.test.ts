import { tfjs } from '@nablajs/backend-tfjs';
import { setBackend, tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';

test('floats divide to floats: NaN stays, and so does what is no int32', async () => {
  setBackend(await tfjs({ engine: 'cpu' }));
  const quotient = tensor([Number.NaN, 1e10, -7, 7]).floorDiv(tensor([2, 1, 2, 0]));
  expect(await quotient.data()).toEqual(Float32Array.of(Number.NaN, 1e10, -4, Number.POSITIVE_INFINITY));
  expect(await quotient.slice([1], [2]).mul(0.5).data()).toEqual(Float32Array.of(5e9, -2));
  expect(
    await tensor([7, -7, 7], 'int32')
      .floorDiv(tensor([2, 2, 0], 'int32'))
      .data(),
  ).toEqual(Int32Array.of(3, -4, 0));
});
